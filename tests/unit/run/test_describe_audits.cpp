#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "csm/occlusion/occlusion_options.h"
#include "describe_result.h"

namespace csm {
namespace {

using testing::HasSubstr;

ImageRow row_of(const std::string& id, double error) {
  ImageRow row;
  row.id = id;
  row.n_patches = 100;
  row.n_computed = 40;
  row.n_audited = 10;
  row.audit_error = error;
  row.audit_drop_spread = 0.5;
  row.audit_correlation = 1 - error;
  return row;
}

TEST(DescribeInterpolation, gives_the_share_of_the_patches_and_the_median_and_largest_error) {
  const std::string text =
      describe_interpolation({row_of("a", 0.3), row_of("b", 0.1), row_of("c", 0.2)});
  EXPECT_THAT(text, HasSubstr("computed 40 % of the patches"));
  EXPECT_THAT(text, HasSubstr("median 0.2, largest 0.3"));
  EXPECT_THAT(text, HasSubstr("median 0.80, lowest 0.70"));
}

TEST(DescribeInterpolation, without_an_audit_gives_no_error) {
  ImageRow row = row_of("a", 0.3);
  row.n_audited = 0;
  EXPECT_THAT(describe_interpolation({row}), HasSubstr("no error was measured"));
}

TEST(DescribePrecision, names_the_images_that_were_computed_again) {
  OcclusionOptions options;
  options.precision = Precision::bfloat16;
  options.precision_tolerance = 0.25;
  std::vector<ImageRow> rows = {row_of("good", 0.1), row_of("bad", 0.2)};
  EXPECT_THAT(describe_precision(rows, options),
              HasSubstr("No image was above --precision-tolerance 0.25"));
  rows[1].n_fallbacks = 1;
  const std::string text = describe_precision(rows, options);
  EXPECT_THAT(text, HasSubstr("in bfloat16"));
  EXPECT_THAT(text, HasSubstr("median 0.4, largest 0.4"))
      << "of errors over the spread of the drops, 0.2 and 0.4";
  EXPECT_THAT(
      text,
      HasSubstr(
          "1 image was above --precision-tolerance 0.25 and computed in float32 instead: bad"));
}

}  // namespace
}  // namespace csm
