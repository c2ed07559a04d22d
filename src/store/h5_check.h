#pragma once
#include <stdexcept>
#include <string>

namespace csm {

/// A call of the HDF5 library that failed; what() is "action: reason". The public functions of the
/// stage turn it into a RunError.
class H5Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws H5Failure with the innermost reason of the library's error stack (the system's message if
/// it has one).
[[noreturn]] void fail_h5(const std::string& action);

/// Returns the value of an HDF5 call, all of which report failure by a negative number. Every call
/// goes through here.
template <class Value>
Value check_h5(Value value, const char* action) {
  if (value < 0) fail_h5(action);
  return value;
}

/// Keeps the library from printing its error stack while it lives; errors become exceptions
/// instead.
class QuietH5Errors {
 public:
  QuietH5Errors();
  ~QuietH5Errors();
  QuietH5Errors(const QuietH5Errors&) = delete;
  QuietH5Errors& operator=(const QuietH5Errors&) = delete;

 private:
  void* print_ = nullptr;  ///< the function that printed before, an H5E_auto2_t
  void* print_data_ = nullptr;
};

}  // namespace csm
