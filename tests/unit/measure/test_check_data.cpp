#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/measure/check_data.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Images "0", "1" and so on with one column.
Dataset with_column(const std::string& name, const std::vector<std::string>& values) {
  Dataset dataset;
  dataset.root = "/faces";
  dataset.format = DatasetFormat::manifest;
  dataset.column_names = {name};
  for (const std::string& value : values) {
    Sample& sample = dataset.samples.emplace_back();
    sample.id = std::to_string(dataset.samples.size() - 1);
    sample.path = dataset.root / sample.id;
    sample.columns = {{name, value}};
  }
  return dataset;
}

Job job_of(Dataset dataset, const std::string& label_column, Confidence confidence) {
  Job job;
  job.spec.dataset = std::move(dataset);
  job.spec.order.resize(job.spec.dataset.samples.size());
  std::iota(job.spec.order.begin(), job.spec.order.end(), 0);
  job.spec.label_column = label_column;
  job.spec.options.model.confidence = confidence;
  job.spec.target_names = {"male", "female"};
  return job;
}

Job classifier_of(const std::vector<std::string>& labels) {
  return job_of(with_column("gender", labels), "gender", Confidence::logit);
}

/// A job that compares with a gallery of these persons, which are other images.
Job recognition_of(const std::vector<std::string>& persons,
                   const std::vector<std::string>& gallery) {
  Job job = job_of(with_column("identity", persons), "identity", Confidence::cosine);
  job.spec.options.dataset.gallery = "/gallery";
  job.spec.gallery = with_column("identity", gallery);
  for (Sample& sample : job.spec.gallery->samples)
    sample.path = "/gallery" / sample.path.filename();
  return job;
}

template <class Call>
std::string error_of(Call&& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

ModelContract gender_contract() {
  ModelContract contract;
  contract.task = "gender";
  contract.classes = {"male", "female"};
  return contract;
}

TEST(FindLabelColumn, takes_a_named_column_that_exists) {
  Options options;
  options.dataset.label = "gendr";
  const Dataset dataset = with_column("gender", {"male"});
  EXPECT_THAT(error_of([&] { find_label_column(options, gender_contract(), dataset); }),
              AllOf(HasSubstr("--label is 'gendr'"), HasSubstr("its columns are gender"),
                    HasSubstr("Did you mean 'gender'?")));
  EXPECT_THAT(error_of([&] { find_label_column(options, gender_contract(), Dataset{}); }),
              AllOf(HasSubstr("it has no columns"), HasSubstr("the columns path and gendr")));
  options.dataset.label = "none";
  EXPECT_EQ(find_label_column(options, gender_contract(), dataset), "");
  options.dataset.label = "gender";
  EXPECT_EQ(find_label_column(options, gender_contract(), dataset), "gender");
}

TEST(FindLabelColumn, takes_the_column_of_the_task_however_it_is_written) {
  EXPECT_EQ(find_label_column({}, gender_contract(), with_column("Gender", {"male"})), "Gender");
  EXPECT_EQ(find_label_column({}, gender_contract(), with_column("genders", {"male"})), "gender");
}

TEST(FindLabelColumn, takes_the_folders_of_a_folder_for_labels_only_if_they_name_classes) {
  Options options;
  const auto column_for = [&](const std::vector<std::string>& folders,
                              const ModelContract& contract) {
    Dataset dataset = with_column("identity", folders);
    dataset.format = DatasetFormat::folder;
    return find_label_column(options, contract, dataset);
  };
  EXPECT_EQ(column_for({"men", "women", "others"}, gender_contract()), "identity");
  EXPECT_EQ(column_for({"ann", "bo"}, gender_contract()), "gender");
  ModelContract age;
  age.task = "age";
  age.classes = {"0-9", "10-19"};
  EXPECT_EQ(column_for({"0-9", "10-19"}, age), "identity");
  EXPECT_EQ(column_for({"7", "12", "13"}, age), "age") << "numbers name persons as well";
  options.model.confidence = Confidence::cosine;
  EXPECT_EQ(column_for({"ann", "bo"}, ModelContract{}), "identity");
}

TEST(FindLabelColumn, takes_the_classes_of_shards_where_nothing_else_names_them) {
  Dataset dataset = with_column("cls", {"0", "1"});
  EXPECT_EQ(find_label_column({}, gender_contract(), dataset), "gender")
      << "a column of a manifest";
  dataset.format = DatasetFormat::tar;
  EXPECT_EQ(find_label_column({}, gender_contract(), dataset), "cls");
  Dataset folders = with_column("identity", {"men", "women"});
  folders.format = DatasetFormat::tar;
  EXPECT_EQ(find_label_column({}, gender_contract(), folders), "identity")
      << "packed from a folder";
}

TEST(ReadLabels, reads_the_classes_of_shards_as_indices_even_of_ages) {
  Job job = classifier_of({"0", "1"});
  job.spec.target_names = {"0-9", "10-19"};
  job.spec.label_column = "cls";
  job.spec.dataset = with_column("cls", {"0", "1"});
  job.spec.dataset.format = DatasetFormat::tar;
  read_labels(job);
  EXPECT_EQ(job.spec.class_labels->class_of("1"), 1);
}

TEST(ReadLabels, says_what_it_understood_for_predicted_classes_too) {
  Job good = classifier_of({"male", "F"});
  read_labels(good);
  EXPECT_THAT(good.spec.remarks,
              ElementsAre(HasSubstr("for all 2 images; it reads 'F' as female")));
  EXPECT_THAT(good.spec.warnings, IsEmpty());
  Job partly = classifier_of({"male", "F", "1", ""});
  read_labels(partly);
  EXPECT_THAT(partly.spec.warnings,
              ElementsAre(AllOf(HasSubstr("for 2 of 4 images; 1 without a value"),
                                HasSubstr("Not understood: '1' (1). The classes"))));
  Job unasked = classifier_of({"male"});
  unasked.spec.label_column.clear();
  read_labels(unasked);
  EXPECT_THAT(unasked.spec.remarks, IsEmpty());
  EXPECT_EQ(unasked.spec.class_labels->n_labels(), 0);
  Job none = classifier_of({"", ""});
  read_labels(none);
  EXPECT_THAT(none.spec.remarks, ElementsAre(AllOf(HasSubstr("No image has a label"),
                                                   HasSubstr("its columns are gender"))));
}

TEST(ReadLabels, refuses_true_classes_that_are_not_certain) {
  const auto error_for = [](const std::vector<std::string>& labels) {
    Job job = classifier_of(labels);
    job.spec.options.model.target = Target::label;
    return error_of([&] { read_labels(job); });
  };
  EXPECT_THAT(error_for({"0", "1", "1"}),
              AllOf(HasSubstr("--target label"), HasSubstr("'1' (2), '0' (1)"),
                    HasSubstr("--label-numbers indices")));
  EXPECT_THAT(error_for({"", ""}), HasSubstr("no image has a value in the column 'gender'"));
  EXPECT_EQ(error_for({"0", "male"}), "") << "images without a class are left out one by one";
  Job job = job_of(with_column("age", {"0", "1"}), "age", Confidence::logit);
  job.spec.target_names = {"0-9", "10-19"};
  job.spec.options.model.target = Target::label;
  EXPECT_THAT(error_of([&] { read_labels(job); }), HasSubstr("0 is 0-9, 1 is 10-19"));
}

TEST(CheckIdentities, warns_of_one_person_and_counts_more) {
  Job one = recognition_of({"train", "train"}, {});
  check_identities(one);
  EXPECT_THAT(one.spec.warnings,
              ElementsAre(AllOf(HasSubstr("All 2 of 2 images"), HasSubstr("'train'"))));
  Job two = recognition_of({"ann", "bo", ""}, {});
  check_identities(two);
  EXPECT_THAT(two.spec.warnings, IsEmpty());
  EXPECT_THAT(
      two.spec.remarks,
      ElementsAre("The column 'identity' tells 2 persons apart in 3 images; 1 without a value."));
  Job classes = classifier_of({"male", "male"});
  check_identities(classes);
  EXPECT_THAT(classes.spec.warnings, IsEmpty()) << "no one asks for persons";
}

TEST(CheckIdentities, refuses_doubtful_persons_where_they_matter) {
  Job job = classifier_of({"male", "female"});
  job.spec.dataset = with_column("identity", {"ann/1", "bo/1"});
  job.spec.dataset.identity_doubt = "folders of one name";
  EXPECT_NO_THROW(check_identities(job));
  job.spec.options.dataset.half = Half::first;
  job.spec.options.dataset.half_by = "identity";
  EXPECT_THAT(error_of([&] { check_identities(job); }),
              AllOf(HasSubstr("folders of one name"), HasSubstr("--half-by")));
  job.spec.options.dataset.half_by = "name";
  EXPECT_THAT(error_of([&] { check_identities(job); }),
              HasSubstr("no image has a value in the column 'name'"));
}

TEST(CheckGallery, counts_images_without_another_one_of_their_person) {
  Job job = recognition_of({"ann", "bo", "cy", ""}, {"ann", "bo"});
  EXPECT_THAT(error_of([&] { check_gallery(job); }),
              AllOf(HasSubstr("for 1 of 4 images the gallery"), HasSubstr("'2' of 'cy'"),
                    HasSubstr("1 of 4 images have no value"), HasSubstr("--max-failures allows")));
  job.spec.options.run.max_failures = 0.5;
  check_gallery(job);
  EXPECT_THAT(job.spec.warnings, ElementsAre(HasSubstr("Images will be left out")));
  Job complete = recognition_of({"ann", "bo"}, {"ann", "bo", "di"});
  check_gallery(complete);
  EXPECT_THAT(complete.spec.warnings, IsEmpty());
}

TEST(CheckGallery, does_not_count_the_image_itself) {
  Job job = recognition_of({"ann", "bo", "bo"}, {});
  job.spec.gallery = job.spec.dataset;
  job.spec.options.run.max_failures = 0.5;
  check_gallery(job);
  EXPECT_THAT(job.spec.warnings, ElementsAre(HasSubstr("'0' of 'ann'")));
}

TEST(CheckPairKinds, needs_both_kinds_with_those_of_training) {
  Job job =
      job_of(with_column("same_person", {"1", "1", "0"}), "same_person", Confidence::verification);
  EXPECT_NO_THROW(check_pair_kinds(job));
  job.spec.training_order = {2};
  job.spec.order = {0, 1};
  EXPECT_NO_THROW(check_pair_kinds(job));
  job.spec.training_order.clear();
  EXPECT_THAT(error_of([&] { check_pair_kinds(job); }),
              AllOf(HasSubstr("all 2 pairs"), HasSubstr("one person")));
}

}  // namespace
}  // namespace csm
