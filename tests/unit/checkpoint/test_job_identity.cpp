#include <gmock/gmock.h>

#include "csm/checkpoint/job_identity.h"

namespace csm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const JobIdentity here = {{"patch-size", "15"}, {"seed", "1"}, {"mesh's hash", "ab"}};

TEST(DescribeDifferences, names_both_values) {
  EXPECT_THAT(describe_differences(here, here), IsEmpty());
  EXPECT_THAT(
      describe_differences(here, {{"mesh's hash", "ab"}, {"seed", "2"}, {"patch-size", "15"}}),
      ElementsAre("seed is '1' here and '2' there"));
}

TEST(DescribeDifferences, what_only_one_side_knows_differs) {
  EXPECT_THAT(describe_differences(here, {{"patch-size", "15"}, {"seed", "1"}, {"old", "x"}}),
              ElementsAre("mesh's hash is 'ab' here and unknown there",
                          "old is unknown here and 'x' there"));
}

TEST(JobIdentity, travels_as_bytes) { EXPECT_EQ(unpack_identity(pack_identity(here)), here); }

}  // namespace
}  // namespace csm
