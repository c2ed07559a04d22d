#include <gtest/gtest.h>

#include <cstdio>

#include "quiet_stderr.h"

namespace csm {
namespace {

TEST(QuietStderr, catches_the_messages_of_image_libraries_and_passes_on_all_others_as_they_are) {
  testing::internal::CaptureStderr();
  std::string caught;
  {
    QuietStderr quiet;
    std::fputs("Corrupt JPEG data: premature end\n", stderr);
    std::fputs("csm: warning: 'a.jpeg' is left out\n", stderr);
    std::fputs("\x1b[33m\x1b[1mcsm: warning: 'b.jpeg'\x1b[m\n", stderr);
    std::fputs("\r3 of 7 images", stderr);  // a line of progress is left open
    caught = quiet.finish();
  }
  EXPECT_EQ(caught, "Corrupt JPEG data: premature end\n");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "csm: warning: 'a.jpeg' is left out\n\x1b[33m\x1b[1mcsm: warning: 'b.jpeg'\x1b[m\n\r3 "
            "of 7 images");
}

}  // namespace
}  // namespace csm
