#include <gmock/gmock.h>

#include <map>
#include <sstream>
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

TEST(TestCommandLine, TakesTheFileAnywhere) {
  const TestCommand command = parsed({"--clusters", "gender.h5", "--group-by", "sex"});
  EXPECT_EQ(command.result, "gender.h5");
  EXPECT_TRUE(command.finds_clusters);
  EXPECT_EQ(parsed({"--group-by", "sex", "gender.h5"}).result, "gender.h5");
  EXPECT_FALSE(parsed({"gender.h5", "--clusters=off"}).finds_clusters);
}

TEST(TestCommandLine, EveryMessageNamesThisProgram) {
  const std::vector<std::vector<std::string>> wrong = {{"a.h5", "--clusters", "yes"},

                                                       {"a.h5", "--overwrite", "on", "x"},
                                                       {"a.h5", "b.h5"},
                                                       {"a.h5", "--grup-by", "sex"},
                                                       {"a.h5", "--unknown"},
                                                       {"a.h5", "--help=all"},
                                                       {"a.h5", "--patch-size", "9"},
                                                       {"a.h5", "-q"},
                                                       {}};
  for (const std::vector<std::string>& arguments : wrong) {
    const std::string message = refusal_of(arguments);
    EXPECT_THAT(message, HasSubstr("csm_test")) << testing::PrintToString(arguments);
    EXPECT_THAT(message, testing::Not(HasSubstr("csm_mpi --"))) << message;
  }
}

TEST(TestCommandLine, ExplainsABadValueByWhatItMeansHere) {
  EXPECT_THAT(refusal_of({"a.h5", "--seed", "-1"}), HasSubstr("seed of the random exchanges"));
  EXPECT_THAT(refusal_of({"a.h5", "--permutations", "1e3"}),
              Not(HasSubstr("0: differences are not tested")));
  EXPECT_THAT(refusal_of({"a.h5", "--overwrite=maybe"}), HasSubstr("file of findings"));
}

TEST(TestCommandLine, KnowsAnOptionWithOneDash) {
  EXPECT_THAT(refusal_of({"a.h5", "-group-by", "sex"}), HasSubstr("Did you mean '--group-by'?"));
}

TEST(TestCommandLine, SaysWhatAStrayValueFollows) {
  EXPECT_THAT(refusal_of({"a.h5", "--clusters", "yes"}),
              HasSubstr("'yes' stands alone after --clusters (that is a switch"));
  EXPECT_THAT(refusal_of({"--clusters", "a.h5", "b.h5"}),
              HasSubstr("takes one file, and 'a.h5' is given"));
  EXPECT_THAT(refusal_of({"a.h5", "b.h5"}), HasSubstr("takes one file, and 'a.h5' is given"));
  EXPECT_THAT(refusal_of({"a.h5", "--clusters=yes"}), HasSubstr("Valid: on, off"));
  EXPECT_THAT(refusal_of({"a.h5", "--clusters", "--clusters"}), HasSubstr("is given twice"));
  EXPECT_THAT(refusal_of({"a.h5", "--group-by"}), HasSubstr("--group-by has no value"));
  EXPECT_THAT(refusal_of({"a.h5", "--where", ""}), HasSubstr("--where has no value"));
  EXPECT_THAT(refusal_of({"a.h5", "--grup-by", "sex"}), HasSubstr("Did you mean '--group-by'?"));
}

TEST(TestCommandLine, NoneMeansNoGroups) {
  EXPECT_TRUE(parsed({"gender.h5", "--group-by", "none"}).columns.empty());
  EXPECT_TRUE(parsed({"gender.h5", "--pair-by", "none"}).columns.empty());
  EXPECT_THAT(parsed({"gender.h5", "--group-by", "none", "--pair-by", "smile"}).columns,
              ElementsAre("smile"));
  EXPECT_THAT(parsed({"gender.h5", "--group-by", "sex", "--pair-by", "none"}).columns,
              ElementsAre("sex"));
}

TEST(TestCommandLine, RefusesWhatWouldChangeNothing) {
  EXPECT_THAT(refusal_of({"gender.h5", "--permute-within", "age"}),
              HasSubstr("without --group-by"));
  EXPECT_THAT(refusal_of({"gender.h5", "--permutations", "99"}), HasSubstr("without --group-by"));
  EXPECT_THAT(refusal_of({"gender.h5", "--pair-by", "smile", "--permute-within", "age"}),
              HasSubstr("--permute-within is 'age' with --pair-by smile"));
}

/// The option names of a help text, each with the text in front of its meaning.
std::vector<std::string> listed_options(const std::string& help) {
  std::vector<std::string> names;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  --")) names.push_back(line.substr(4, line.find_first_of(" \n", 4) - 4));
  }
  return names;
}

TEST(TestCommandLine, TakesEveryOptionOfItsHelp) {
  const std::map<std::string, std::string> values = {{"group-by", "sex"},
                                                     {"pair-by", "smile"},
                                                     {"where", "sex=female"},
                                                     {"permutations", "99"},
                                                     {"exchange-by", "person"},
                                                     {"permute-within", "age"},
                                                     {"seed", "3"},
                                                     {"dataset", "/d"},
                                                     {"manifest", "/m.csv"},
                                                     {"dataset-format", "manifest"},
                                                     {"output", "/f.h5"},
                                                     {"overwrite", ""},
                                                     {"clusters", ""},
                                                     {"version", ""},
                                                     {"help", ""}};
  const std::vector<std::string> listed = listed_options(test_help_text());
  EXPECT_EQ(listed.size(), values.size());
  for (const std::string& name : listed) {
    ASSERT_TRUE(values.contains(name)) << name;
    std::vector<std::string> arguments = {"gender.h5", "--" + name};
    if (!values.at(name).empty()) arguments.push_back(values.at(name));
    // Exchanges need groups.
    if (name.starts_with("perm")) arguments.insert(arguments.end(), {"--group-by", "sex"});
    EXPECT_EQ(refusal_of(arguments), "");
  }
}

}  // namespace
}  // namespace csm
