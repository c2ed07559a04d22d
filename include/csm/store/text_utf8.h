#pragma once
#include <string>
#include <string_view>

namespace csm {

/// The text as valid UTF-8 without NUL: every other byte becomes U+FFFD, so that readers of the
/// result file can decode it.
std::string as_utf8(std::string_view text);

}  // namespace csm
