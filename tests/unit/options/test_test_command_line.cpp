#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/options/test_command_line.h"
#include "support/message_of.h"

namespace csm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TestCommand parsed(const std::vector<std::string>& arguments, const std::string& recorded = "500") {
  return parse_test_command(arguments, [&](const std::filesystem::path&) {
    return std::vector<RecordedOption>{{.name = "permutations", .value = recorded}};
  });
}

std::string refusal_of(const std::vector<std::string>& arguments) {
  return test::message_of<InputError>([&] { parsed(arguments); });
}

TEST(TestCommandLine, TakesTheColumnsAndTheRecordedOptions) {
  const TestCommand command = parsed({"gender.h5", "--group-by", "sex,age"});
  EXPECT_THAT(command.columns, ElementsAre("sex", "age"));
  EXPECT_EQ(command.options.inference.permutations, 500);
  EXPECT_EQ(command.output, "gender.findings.h5");
}

TEST(TestCommandLine, TestsTheResultOfARunThatDidNot) {
  EXPECT_EQ(parsed({"gender.h5", "--group-by", "sex"}, "0").options.inference.permutations, 1000);
}

TEST(TestCommandLine, RefusesAColumnTwiceOrWithoutAName) {
  EXPECT_THAT(refusal_of({"gender.h5", "--group-by", "sex,age,sex"}), HasSubstr("'sex' twice"));
  EXPECT_THAT(refusal_of({"gender.h5", "--group-by", "sex,"}), HasSubstr("a name in it is empty"));
}

TEST(TestCommandLine, WithoutAColumnThereAreNoGroups) {
  EXPECT_TRUE(parsed({"gender.h5"}).columns.empty());
}

TEST(TestCommandLine, RefusesGroupsAndPairsAtOnce) {
  EXPECT_THAT(refusal_of({"gender.h5", "--group-by", "sex", "--pair-by", "smile"}),
              HasSubstr("--group-by and --pair-by are both given"));
}

TEST(TestCommandLine, WhatIsGivenWins) {
  const TestCommand command =
      parsed({"gender.h5", "--pair-by", "smile", "--permutations", "99", "--output", "/tmp/f.h5"});
  EXPECT_THAT(command.columns, ElementsAre("smile"));
  EXPECT_EQ(command.options.inference.permutations, 99);
  EXPECT_EQ(command.output, "/tmp/f.h5");
}

TEST(TestCommandLine, RefusesOptionsOfOtherThings) {
  EXPECT_THAT(refusal_of({}), HasSubstr("no result file"));
  EXPECT_THAT(refusal_of({"a.h5", "--group-by", "sex", "--patch-size", "9"}),
              HasSubstr("takes no --patch-size"));
}

TEST(TestCommandLine, HelpNamesEveryOptionItTakes) {
  EXPECT_TRUE(parsed({"--help"}).prints_help);
  for (const char* name : {"--group-by", "--pair-by", "--where", "--permute-within", "--manifest"})
    EXPECT_THAT(test_help_text(), HasSubstr(name));
}

TEST(TestCommandLine, RefusesToTestWithoutExchanges) {
  EXPECT_THAT(refusal_of({"gender.h5", "--group-by", "sex", "--permutations", "0"}),
              HasSubstr("--permutations is 0"));
}

}  // namespace
}  // namespace csm
