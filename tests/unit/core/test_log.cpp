#include <gmock/gmock.h>

#include "csm/core/log.h"

namespace csm::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LogTest, quiet_leaves_warnings_and_errors_on_the_error_stream) {
  testing::internal::CaptureStderr();
  set_log_level(LogLevel::normal);
  log_info("one {}");
  set_log_level(LogLevel::quiet);
  log_info("two");
  log_warning("three");
  log_error("four");
  set_log_level(LogLevel::normal);
  const std::string shown = testing::internal::GetCapturedStderr();
  EXPECT_THAT(shown, HasSubstr("csm: one {}")) << "braces of a message are no format";
  EXPECT_THAT(shown, Not(HasSubstr("two")));
  EXPECT_THAT(shown, HasSubstr("warning: three"));
  EXPECT_THAT(shown, HasSubstr("error: four"));
}

}  // namespace
}  // namespace csm::test
