#pragma once
#include <string>

namespace csm::test {

/// The message of the exception of type E that the call throws; empty if it throws none.
template <class E, class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  return {};
}

}  // namespace csm::test
