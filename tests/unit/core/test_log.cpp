#include <gmock/gmock.h>

#include <string>
#include <vector>

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

TEST(LogTest, a_listener_is_given_warnings_while_it_lives) {
  testing::internal::CaptureStderr();
  std::vector<std::string> heard;
  {
    const WarningScope scope([&](const std::string& message) { heard.push_back(message); });
    log_info("one");
    log_warning("two");
    set_log_level(LogLevel::quiet);
    log_warning("three");
    set_log_level(LogLevel::normal);
  }
  log_warning("four");
  testing::internal::GetCapturedStderr();
  EXPECT_THAT(heard, testing::ElementsAre("two", "three"));
}

}  // namespace
}  // namespace csm::test
