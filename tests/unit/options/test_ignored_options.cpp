#include <gmock/gmock.h>

#include "home_folder.h"

namespace csm::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class IgnoredOptionsTest : public HomeFolder {
 protected:
  static std::vector<std::string> warnings_of(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"--task", "gender"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return parse(arguments).warnings;
  }
};

TEST_F(IgnoredOptionsTest, what_counts_is_not_named) {
  EXPECT_THAT(warnings_of({}), IsEmpty());
  EXPECT_THAT(warnings_of({"--method", "rise", "--masks", "99", "--mask-grid", "5"}), IsEmpty());
  EXPECT_THAT(warnings_of({"--evaluate", "rise", "--masks", "99", "--curve-steps", "4"}),
              IsEmpty());
  EXPECT_THAT(warnings_of({"--model", "http://host/v2/models/m", "--max-requests", "9"}),
              IsEmpty());
  EXPECT_THAT(warnings_of({"--permute-within", "age", "--pair-by", "none"}), IsEmpty());
}

TEST_F(IgnoredOptionsTest, what_changes_nothing_is_named_with_its_purpose) {
  EXPECT_THAT(warnings_of({"--masks", "99"}),
              ElementsAre("--masks is '99', which changes nothing here: it is for --method rise."));
  for (const char* name :
       {"noise-samples", "noise-level", "integration-steps", "corr-rise-masks", "window-step",
        "curve-steps", "adaptive-share", "precision-tolerance", "max-requests", "price-per-1000"})
    EXPECT_THAT(warnings_of({std::string("--") + name, "1"}),
                ElementsAre(HasSubstr(std::string("--") + name + " is '1', which changes nothing")))
        << name;
  EXPECT_THAT(warnings_of({"--permutations", "0", "--exchange-by", "person"}),
              ElementsAre(HasSubstr("nothing is tested")));
  EXPECT_THAT(warnings_of({"--group-by", "none", "--permute-within", "age"}),
              ElementsAre(HasSubstr("no groups are compared")));
}

TEST_F(IgnoredOptionsTest, defaults_and_job_files_may_hold_what_changes_nothing) {
  EXPECT_THAT(warnings_of({"--masks", "4000", "--imputation", "fill"}), IsEmpty());
  const auto job = write("jobs/all.cfg", "model = m.pt\ndataset = d\nmasks = 99\n");
  EXPECT_THAT(parse({"--job", job.string()}).warnings, IsEmpty());
}

}  // namespace
}  // namespace csm::test
