#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <thread>
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
  EXPECT_THAT(shown, HasSubstr("csm: one {}")) << "braces of a message are not a format";
  EXPECT_THAT(shown, Not(HasSubstr("two")));
  EXPECT_THAT(shown, HasSubstr("warning: three"));
  EXPECT_THAT(shown, HasSubstr("error: four"));
}

TEST(LogTest, names_cannot_command_the_terminal) {
  testing::internal::CaptureStderr();
  log_warning("'a\x1b[2J.jpg' and\nmore");
  const std::string shown = testing::internal::GetCapturedStderr();
  EXPECT_THAT(shown, HasSubstr("'a\\x1b[2J.jpg' and\nmore"));
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

TEST(LogTest, threads_have_listeners_of_their_own_and_may_take_over_that_of_another) {
  testing::internal::CaptureStderr();
  std::vector<std::string> heard;
  {
    const WarningScope scope([&](const std::string& message) { heard.push_back(message); });
    std::thread([] { log_warning("of a stranger"); }).join();
    std::thread([listener = current_warning_listener()] {
      const WarningScope taken_over(listener);
      log_warning("of a thread that works for this one");
    }).join();
    {
      const WarningScope inner([](const std::string&) {});
      log_warning("of an inner scope");
    }
    log_warning("of this one");
  }
  testing::internal::GetCapturedStderr();
  EXPECT_THAT(heard, testing::ElementsAre("of a thread that works for this one", "of this one"));
}

TEST(LogTest, a_listener_that_has_ended_is_not_called_by_who_took_it_over) {
  testing::internal::CaptureStderr();
  int n_heard = 0;
  std::shared_ptr<WarningListener> listener;
  {
    const WarningScope scope([&](const std::string&) { ++n_heard; });
    listener = current_warning_listener();
  }
  const WarningScope taken_over(listener);
  log_warning("too late");
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(n_heard, 0);
}

}  // namespace
}  // namespace csm::test
