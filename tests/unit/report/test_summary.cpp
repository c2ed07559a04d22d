#include <gmock/gmock.h>

#include "csm/report/summary.h"
#include "synthetic_result.h"

namespace csm::test {
namespace {

using testing::HasSubstr;

TEST(SummaryTest, names_images_failures_remarks_and_regions_from_strong_to_weak) {
  const std::string text = summary_table(synthetic_result(5, 7));
  EXPECT_THAT(text, HasSubstr("3 images in the map, 1 left out"));
  EXPECT_THAT(text, HasSubstr("1 x no face found"));
  EXPECT_THAT(text, HasSubstr("note: A plain sentence."));
  EXPECT_THAT(text, HasSubstr("Right for 1 of 2 images with a label: 50 % (25 % to 75 %)"));
  EXPECT_THAT(text, HasSubstr("Predicted: male 1, female 2."));
  EXPECT_THAT(text, HasSubstr("0.100 ± 0.010"));
  EXPECT_THAT(text, HasSubstr("left eye "));
  EXPECT_LT(text.find("nose"), text.find("left eye"));
  EXPECT_THAT(text, HasSubstr("halves: r = 0.2"));
}

TEST(SummaryTest, leaves_out_regions_without_a_mean) {
  Result result = synthetic_result(5, 7);
  result.regions.insert(result.regions.begin(),
                        {{"none", 5, 0, 0, 3}, {"chin", std::nan(""), std::nan(""), 0, 0}});
  const std::string text = summary_table(result);
  EXPECT_THAT(text, testing::Not(HasSubstr("none")));
  EXPECT_THAT(text, testing::Not(HasSubstr("chin")));
  EXPECT_LT(text.find("nose"), text.find("left eye"));
}

TEST(SummaryTest, gives_means_and_errors_over_persons_who_have_several_images) {
  Result result = synthetic_result(5, 7);
  MapIntervals& intervals = result.inference.intervals.emplace();
  intervals.exchange_by = "identity";
  intervals.n_persons = 2;
  intervals.regions = {{.name = "nose", .mean = 0.3, .standard_error = 0.12}};
  const std::string text = summary_table(result);
  EXPECT_THAT(text, HasSubstr("regions over 2 persons"));
  EXPECT_THAT(text, HasSubstr("0.30 ± 0.12"));

  intervals.n_persons = result.n_images;
  EXPECT_THAT(summary_table(result), testing::Not(HasSubstr("persons")));
}

TEST(SummaryTest, counts_the_requests_to_a_model_that_runs_elsewhere) {
  Result result = synthetic_result(5, 7);
  EXPECT_THAT(summary_table(result), testing::Not(HasSubstr("requests")));
  result.requests = {.n_requests = 12, .n_answered = 300, .n_kept = 40};
  EXPECT_THAT(summary_table(result), HasSubstr("12 requests were sent to the model, for 300 crops; "
                                               "the answers for 40 crops were kept"));
  result.requests.price = 0.024;
  EXPECT_THAT(summary_table(result), HasSubstr("sent to the model (0.024 by --price-per-1000), "));
}

TEST(SummaryTest, gives_all_shares_of_regions_with_one_decimal) {
  Result result = synthetic_result(5, 7);
  result.regions = {{"nose", 0.2, 0.01, 0.0719, 5},
                    {"chin", 0.1, 0.01, 0.9281, 5},
                    {"mouth", -0.1, 0.01, 1.6e-8, 5}};
  const std::string text = summary_table(result);
  for (const char* share : {" 7.2 %\n", " 92.8 %\n", " 0.0 %\n"})
    EXPECT_THAT(text, HasSubstr(share));
}

TEST(SummaryTest, works_on_an_empty_result) {
  EXPECT_THAT(summary_table(Result{}), HasSubstr("0 images in the map"));
}

}  // namespace
}  // namespace csm::test
