#include <gmock/gmock.h>

#include "csm/core/error.h"

namespace csm::test {
namespace {

TEST(ErrorTest, messages_say_problem_why_and_what_to_do) {
  EXPECT_EQ(format_error({"a is 'b'", "it counts", "Give c."}), "a is 'b' (it counts). Give c.");
  EXPECT_EQ(format_error({"a is 'b'", "", "Give c."}), "a is 'b'. Give c.");
  EXPECT_EQ(format_error({"a is 'b'", "it counts", ""}), "a is 'b' (it counts).");
  EXPECT_EQ(format_error({"Ends here.", "", ""}), "Ends here.");
}

TEST(ErrorTest, brackets_hold_neither_brackets_nor_sentences_and_follow_none) {
  EXPECT_EQ(format_error({"a failed", "b (c) is d", "Give e."}), "a failed: b (c) is d. Give e.");
  EXPECT_EQ(format_error({"a failed", "Not b (c). Give d.", "Give e."}),
            "a failed: Not b (c). Give d. Give e.");
  EXPECT_EQ(format_error({"a failed", "One. Two.", ""}), "a failed: One. Two.");
  EXPECT_EQ(format_error({"a failed", "see ln(1 - p), Eqs. (9) to (13)", ""}),
            "a failed (see ln(1 - p), Eqs. (9) to (13)).");
  EXPECT_EQ(format_error({"a failed", "p <= .05, and 1.5", ""}), "a failed (p <= .05, and 1.5).");
  EXPECT_EQ(format_error({"a failed on b (c)", "d is e", ""}), "a failed on b (c): d is e.");
}

TEST(ErrorTest, an_image_error_keeps_its_reason_apart_from_its_detail) {
  const ImageError error("no face found", "a.jpg");
  EXPECT_EQ(error.reason(), "no face found");
  EXPECT_STREQ(error.what(), "no face found: a.jpg");
  EXPECT_STREQ(ImageError("is empty", "").what(), "is empty");
}

TEST(ErrorTest, a_broken_contract_names_the_condition_and_the_place) {
  const auto broken = [](int value) { CSM_EXPECT(value == 2); };
  EXPECT_NO_THROW(broken(2));
  try {
    broken(3);
    FAIL() << "the contract is broken";
  } catch (const ContractError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("'value == 2' does not hold"));
    EXPECT_THAT(error.what(), testing::HasSubstr("test_error.cpp:"));
  }
}

TEST(ErrorTest, input_and_run_errors_can_be_told_apart) {
  EXPECT_THROW(throw InputError(ErrorText{"a", "", ""}), Error);
  EXPECT_THROW(throw RunError(ErrorText{"a", "", ""}), Error);
  const RunError run_error("a");
  const Error& error = run_error;
  EXPECT_EQ(dynamic_cast<const InputError*>(&error), nullptr);
}

}  // namespace
}  // namespace csm::test
