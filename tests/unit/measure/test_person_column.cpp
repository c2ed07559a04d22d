#include <gmock/gmock.h>

#include "csm/core/error.h"
#include "csm/measure/person_column.h"
#include "support/message_of.h"

namespace csm {
namespace {

using testing::HasSubstr;

Dataset with_identity() {
  Dataset dataset;
  dataset.column_names = {"identity", "family"};
  return dataset;
}

PersonColumn find(const Dataset& dataset, const std::string& exchange_by) {
  InferenceOptions options;
  options.exchange_by = exchange_by;
  return find_person_column(dataset, options);
}

TEST(PersonColumn, IsTheIdentityIfThereIsOne) {
  EXPECT_EQ(find(with_identity(), "").column, "identity");
  EXPECT_EQ(find({}, "").column, "");
  EXPECT_THAT(find({}, "").remark, HasSubstr("does not name persons"));
}

TEST(PersonColumn, is_the_identity_however_it_is_written) {
  Dataset dataset;
  dataset.column_names = {"family", "Identity"};
  EXPECT_EQ(find(dataset, "").column, "Identity");
  EXPECT_THAT(find(dataset, "").remark, HasSubstr("'Identity'"));
  dataset.column_names.emplace_back("IDENTITY");
  EXPECT_EQ(find(dataset, "").column, "") << "of two neither is certain";
  dataset.column_names.emplace_back("identity");
  EXPECT_EQ(find(dataset, "").column, "identity");
}

TEST(PersonColumn, IsNotAnIdentityThatIsDoubted) {
  Dataset dataset = with_identity();
  dataset.identity_doubt = "the folders are classes";
  EXPECT_EQ(find(dataset, "").column, "");
}

TEST(PersonColumn, IsWhatTheUserSays) {
  EXPECT_EQ(find(with_identity(), "family").column, "family");
  EXPECT_EQ(find(with_identity(), "image").column, "");
  EXPECT_THAT(test::message_of<InputError>([] { find(with_identity(), "famly"); }),
              HasSubstr("--exchange-by is 'famly'"));
}

TEST(PersonColumn, ChecksTheStrataToo) {
  InferenceOptions options;
  options.permute_within = "age";
  EXPECT_THAT(test::message_of<InputError>([&] { find_person_column(with_identity(), options); }),
              HasSubstr("--permute-within is 'age'"));
}

}  // namespace
}  // namespace csm
