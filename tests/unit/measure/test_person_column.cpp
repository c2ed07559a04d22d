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

/// n images of one person, and `others` of persons with one.
std::vector<std::string> persons_with(const std::string& name, int n, int others) {
  std::vector<std::string> persons(static_cast<std::size_t>(n), name);
  for (int i = 0; i < others; ++i) persons.push_back("p" + std::to_string(i));
  return persons;
}

TEST(LargePerson, IsNamedWithItsImages) {
  EXPECT_EQ(describe_large_person("identity", persons_with("guest", 190, 150)),
            "'guest' of 'identity' counts as one person with 190 of the 340 images. If it is none, "
            "leave the cells empty: each of their images then counts as a person of its own.");
  EXPECT_EQ(describe_large_person("identity", persons_with("guest", 9, 30)), "");
  EXPECT_EQ(describe_large_person("identity", persons_with("guest", 10, 100)), "");
  EXPECT_EQ(describe_large_person("identity", persons_with("", 190, 150)), "");
  EXPECT_EQ(describe_large_person("identity", {}), "");
  // Few persons with many images each are as they should be.
  std::vector<std::string> few;
  for (int i = 0; i < 60; ++i) few.push_back(i % 2 == 0 ? "a" : "b");
  EXPECT_EQ(describe_large_person("identity", few), "");
}

TEST(Nameless, AreCountedBesidePersons) {
  const std::vector<std::string> some{"a", "", "b", ""};
  EXPECT_THAT(describe_nameless("identity", some),
              HasSubstr("2 of 4 images have no 'identity': each counts as a person of its own."));
  EXPECT_EQ(describe_nameless("identity", std::vector<std::string>{"a", "b"}), "");
}

TEST(LargePerson, IsDoubtedIfItsNameSaysThatNobodyIsKnown) {
  EXPECT_THAT(describe_large_person("identity", persons_with("Unknown", 2, 100)),
              HasSubstr("'Unknown' of 'identity' counts as one person with 2 of the 102"));
  EXPECT_EQ(describe_large_person("identity", persons_with("Unknown", 1, 100)), "");
}

}  // namespace
}  // namespace csm
