#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "csm/inference/describe_findings.h"
#include "csm/inference/inference_options.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

PairFinding pair_with(double p) {
  PairFinding pair;
  pair.first = "female";
  pair.second = "male";
  pair.n_first = 60;
  pair.n_second = 58;
  pair.n_permutations = 1000;
  pair.p_map = p;
  pair.share_of_face = 0.032;
  pair.detectable = 0.02;
  pair.detectable_of_many = 0.02;
  pair.regions = {{.name = "left_eye",
                   .difference = -0.12,
                   .standard_error = 0.03,
                   .low = -0.2,
                   .high = -0.04,
                   .t = -4,
                   .p_fwe = 0.004},
                  {.name = "nose",
                   .difference = 0.01,
                   .standard_error = 0.03,
                   .low = -0.07,
                   .high = 0.09,
                   .t = 0.3,
                   .p_fwe = 1}};
  return pair;
}

void conclude_columns(std::vector<ColumnFindings>& columns, double largest,
                      const std::string& unit) {
  Inference inference{.intervals = {}, .findings = columns, .clusters = {}, .confidence = ""};
  conclude(inference, largest, unit);
  columns = inference.findings;
}

std::vector<std::string> sentences_of(const PairFinding& pair) {
  std::vector<ColumnFindings> columns(1);
  columns[0].column = "gender";
  columns[0].n_permutations = pair.n_permutations;
  columns[0].pairs = {pair};
  conclude_columns(columns, 0.1, "log odds");
  return columns[0].sentences;
}

TEST(Conclude, NamesWhatDiffers) {
  const std::vector<std::string> sentences = sentences_of(pair_with(0.003));
  ASSERT_EQ(sentences.size(), 3U);
  EXPECT_EQ(sentences[0],
            "The maps of 'female' and 'male' (60 and 58 persons) differ on 3.2 % of the face (p = "
            "0.003 for the whole face, from 1000 random exchanges of persons).");
  EXPECT_THAT(sentences[1], HasSubstr("left eye -0.12 (-0.2 to -0.04)."));
  EXPECT_THAT(sentences[1], Not(HasSubstr("nose")));
}

/// A pair of which many regions differ, the later the more certain.
PairFinding pair_of_regions(int n) {
  PairFinding pair = pair_with(0.003);
  pair.regions.assign(static_cast<std::size_t>(n), pair.regions[0]);
  for (int i = 0; i < n; ++i) {
    pair.regions[static_cast<std::size_t>(i)].name = std::string("region_") + char('a' + i);
    pair.regions[static_cast<std::size_t>(i)].t = 4 + i;
  }
  return pair;
}

TEST(Conclude, NamesAFewRegionsOfMany) {
  const std::string sentence = sentences_of(pair_of_regions(10))[1];
  EXPECT_THAT(sentence, HasSubstr("region j"));
  EXPECT_THAT(sentence, HasSubstr("region g"));
  EXPECT_THAT(sentence, Not(HasSubstr("region f")));
  EXPECT_THAT(sentence, testing::EndsWith(" to -0.04) and 6 more."));
  EXPECT_THAT(sentences_of(pair_of_regions(4))[1], Not(HasSubstr("more")));
}

TEST(Conclude, SaysWhatItTakesToFindMore) {
  EXPECT_EQ(
      sentences_of(pair_with(0.003))[2],
      "At a single typical place a difference of 0.02 log odds, 20 % of the map's largest value, "
      "would be found with 80 % probability, a wide one more readily; to find one of 10 %, about "
      "180 more persons of 'female' "
      "and 180 of 'male' are needed.");
}

TEST(Conclude, BeginsWithThatThereAreTooFewPersonsToConclude) {
  PairFinding pair = pair_with(0.5);
  pair.detectable_of_many = 0.112;
  pair.detectable = 0.112;  // the map's largest value is 0.1
  EXPECT_EQ(sentences_of(pair)[0],
            "Too few persons to find a difference at a single place, unless it is larger than "
            "anything in the map; wide ones are found more readily.");
  pair.p_map = 0.003;
  EXPECT_THAT(sentences_of(pair)[0], HasSubstr("differ on"));
  EXPECT_THAT(sentences_of(pair_with(0.5))[0], HasSubstr("No difference"));
}

TEST(SurerGroups, AreNamedIfTheirIntervalsLieApart) {
  ColumnFindings column;
  column.pairs = {pair_with(0.003)};
  column.groups = {
      {.name = "female", .n_persons = 151, .mean_confidence = 2.82, .confidence_error = 0.1},
      {.name = "male", .n_persons = 437, .mean_confidence = 4.391, .confidence_error = 0.061}};
  EXPECT_THAT(describe_surer_groups(column, "log odds"),
              testing::ElementsAre("The model is surer of 'male' (mean log odds 4.4 ± 0.061) than "
                                   "of 'female' (2.8 ± 0.1; standard errors), which alone can "
                                   "scale a map."));
  column.groups[0].confidence_error = 0.9;
  EXPECT_THAT(describe_surer_groups(column, "log odds"), testing::IsEmpty());
}

TEST(Conclude, SaysWhichGroupVariesMore) {
  PairFinding pair = pair_with(0.003);
  pair.spread_ratio = 0.8;
  EXPECT_EQ(sentences_of(pair).size(), 3U);
  pair.spread_ratio = 0.4;
  EXPECT_EQ(sentences_of(pair)[2],
            "The maps of 'male' vary 2.5 times as much between persons as those of 'female', which "
            "the tests allow for.");
  pair.spread_ratio = 2.5;
  EXPECT_THAT(sentences_of(pair)[2], HasSubstr("The maps of 'female' vary 2.5 times"));
}

TEST(Conclude, CallsChanceNoDifference) {
  const std::vector<std::string> sentences = sentences_of(pair_with(0.06));
  EXPECT_THAT(sentences[0], HasSubstr("No difference"));
  EXPECT_THAT(sentences, Each(Not(HasSubstr("left eye"))));
}

TEST(Conclude, CorrectsForAllComparisonsOfAllColumns) {
  std::vector<ColumnFindings> columns(2);
  columns[0].pairs = {pair_with(0.03)};
  columns[1].pairs = {pair_with(0.04), pair_with(0.5)};
  conclude_columns(columns, 0.1, "1");
  EXPECT_DOUBLE_EQ(columns[0].pairs[0].p_holm, 0.09);
  EXPECT_EQ(columns[0].pairs[0].share_of_face, 0);
  EXPECT_THAT(columns[0].sentences[0], HasSubstr("No difference"));
}

TEST(Conclude, SaysThatThereAreTooFewExchangesForTheComparisons) {
  std::vector<ColumnFindings> columns(2);
  columns[0].pairs = {pair_with(0.5), pair_with(0.5)};
  columns[1].pairs = {pair_with(0.5)};
  for (ColumnFindings& column : columns) column.n_permutations = 58;
  conclude_columns(columns, 0.1, "1");
  EXPECT_THAT(columns[1].remarks,
              testing::ElementsAre("No difference can hold: p is corrected for 3 comparisons, and "
                                   "from 58 random exchanges it is then at least 0.051. Give "
                                   "--permutations 59 or more."));
  for (ColumnFindings& column : columns) {
    column.remarks.clear();
    column.n_permutations = 59;
  }
  conclude_columns(columns, 0.1, "1");
  EXPECT_TRUE(columns[0].remarks.empty());
}

TEST(Conclude, SaysThatSoFewPersonsCannotDiffer) {
  PairFinding pair = pair_with(0.03);
  pair.smallest_p = 1.0 / 35;
  std::vector<ColumnFindings> columns(1);
  columns[0].pairs = {pair, pair_with(0.5), pair_with(0.5)};
  conclude_columns(columns, 0.1, "1");
  EXPECT_EQ(
      columns[0].sentences[0],
      "No difference between the maps of 'female' and 'male' (60 and 58 persons) could be "
      "found: so few persons can give p = 0.029 at least, 0.086 corrected for 3 comparisons.");
  EXPECT_THAT(columns[0].sentences[1], HasSubstr("was found"));
}

TEST(Conclude, CorrectsTheTestOfSeveralGroupsToo) {
  std::vector<ColumnFindings> columns(3);
  for (ColumnFindings& column : columns) {
    column.column = "k";
    column.has_omnibus = true;
    column.omnibus_p = 0.04;
    column.n_permutations = 1000;
  }
  conclude_columns(columns, 0.1, "1");
  EXPECT_DOUBLE_EQ(columns[1].omnibus_p_holm, 0.12);
  EXPECT_DOUBLE_EQ(columns[1].omnibus_p, 0.04);
  EXPECT_THAT(columns[1].sentences[0], HasSubstr("No difference among the groups of 'k'"));
}

TEST(Conclude, SaysHowMuchOfTheFaceWasTested) {
  PairFinding pair = pair_with(0.003);
  pair.share_tested = 0.15;
  const std::vector<std::string> sentences = sentences_of(pair);
  EXPECT_THAT(sentences[0],
              HasSubstr("differ on 3.2 % of that part of the face (p = 0.003 for the 15 % of the "
                        "face that could be tested, from"));
  EXPECT_THAT(sentences, Each(Not(HasSubstr("typical place"))));
}

TEST(Conclude, ShowsNoPOfNothing) {
  EXPECT_THAT(sentences_of(pair_with(1.0 / 1001))[0], HasSubstr("(p = 0.001 for"));
  EXPECT_THAT(sentences_of(pair_with(1.0 / 10001))[0], HasSubstr("(p < 0.001 for"));
}

TEST(Conclude, SaysWhatIsHeldFixed) {
  std::vector<ColumnFindings> columns(1);
  columns[0].permute_within = "age";
  columns[0].pairs = {pair_with(0.003)};
  conclude_columns(columns, 0.1, "1");
  EXPECT_THAT(columns[0].sentences[0], HasSubstr("(60 and 58 persons, 'age' held fixed)"));
}

TEST(Conclude, CorrectsWhatCouldBeFound) {
  PairFinding pair = pair_with(0.003);
  for (int i = 1; i <= 100; ++i) pair.largest_z.push_back(i / 20.0);
  pair.typical_error = 0.01;
  pair.typical_freedom = 1e6;
  std::vector<ColumnFindings> columns(1);
  columns[0].pairs = {pair};
  conclude_columns(columns, 0.1, "1");
  EXPECT_NEAR(columns[0].pairs[0].detectable, 0.01 * (4.75 + 0.8416), 1e-5);
  columns[0].pairs.assign(5, pair);
  conclude_columns(columns, 0.1, "1");
  EXPECT_NEAR(columns[0].pairs[0].detectable, 0.01 * (4.95 + 0.8416), 1e-5);
  columns[0].pairs.assign(6, pair);  // no z is exceeded by less than a hundredth
  conclude_columns(columns, 0.1, "1");
  EXPECT_TRUE(std::isnan(columns[0].pairs[0].detectable));
}

TEST(Conclude, DoesNotTellFewPersonsHowManyMoreAreNeeded) {
  PairFinding pair = pair_with(0.003);
  pair.n_second = 9;
  EXPECT_THAT(sentences_of(pair)[2], AllOf(HasSubstr("80 %"), Not(HasSubstr("are needed"))));
}

TEST(Conclude, LeavesOutTheAccuracyOfMoreThanEightGroups) {
  std::vector<ColumnFindings> columns(1);
  columns[0].groups.assign(8, {.name = "a", .accuracy = {.n = 10}});
  conclude_columns(columns, 0.1, "1");
  EXPECT_EQ(columns[0].sentences.size(), 1U);
  columns[0].groups.push_back(columns[0].groups.front());
  conclude_columns(columns, 0.1, "1");
  EXPECT_TRUE(columns[0].sentences.empty());
}

TEST(Conclude, StatesTheAccuracyOfTheGroups) {
  std::vector<ColumnFindings> columns(1);
  columns[0].groups = {{.name = "a", .accuracy = {.n = 10, .share = 0.9, .low = 0.6, .high = 0.98}},
                       {.name = "b", .accuracy = {.n = 20, .share = 1, .low = 0.84, .high = 1}}};
  conclude_columns(columns, 0.1, "1");
  EXPECT_THAT(
      columns[0].sentences,
      testing::ElementsAre("Share decided rightly: 'a' 90 % (60 % to 98 %, n = 10), 'b' 100 % "
                           "(84 % to 100 %, n = 20)."));
}

TEST(Conclude, StatesWhoseImagesTheAccuracyCounts) {
  std::vector<ColumnFindings> columns(1);
  const GroupShare share{.n = 200, .n_persons = 5, .share = 0.6, .low = 0.23, .high = 0.88};
  columns[0].groups = {{.name = "a", .accuracy = share}, {.name = "b", .accuracy = share}};
  conclude_columns(columns, 0.1, "1");
  EXPECT_THAT(columns[0].sentences[0],
              HasSubstr("'a' 60 % (23 % to 88 %, n = 200 images of 5 persons)"));
}

TEST(Conclude, SaysThatOneGroupLostMoreImages) {
  std::vector<ColumnFindings> columns(1);
  ColumnFindings& column = columns[0];
  column.why_left_out = {"no face found", "bad mesh file"};
  column.groups = {
      {.name = "female",
       .left_out = {.n = 14, .n_persons = 14, .share = 0, .low = 0, .high = 0.22}},
      {.name = "male",
       .left_out = {.n = 30, .n_persons = 30, .share = 0.67, .low = 0.49, .high = 0.81},
       .n_left_out = 20}};
  conclude_columns(columns, 0.1, "1");
  EXPECT_THAT(column.sentences,
              testing::ElementsAre(HasSubstr("0 of 14 images of 'female' and 20 of 30 of 'male' "
                                             "were left out (no face found, bad mesh file)")));
  column.groups[1].left_out.low = 0.2;
  conclude_columns(columns, 0.1, "1");
  EXPECT_TRUE(column.sentences.empty());

  // A group that is not compared, as few of its images have a map.
  column.groups.push_back(
      {.name = "259",
       .n_images = 1,
       .left_out = {.n = 9, .n_persons = 9, .share = 0.89, .low = 0.57, .high = 0.98},
       .n_left_out = 8});
  column.pairs = {pair_with(0.5)};
  conclude_columns(columns, 0.1, "1");
  EXPECT_THAT(column.sentences, Each(Not(HasSubstr("left out"))));
}

TEST(Conclude, CallsImagesAndPairsWhatTheyAre) {
  std::vector<ColumnFindings> columns(1);
  columns[0].exchange_by = exchange_images;
  columns[0].cases = "pairs";
  columns[0].pairs = {pair_with(0.5)};
  conclude_columns(columns, 0.1, "log odds");
  EXPECT_THAT(columns[0].sentences[0],
              AllOf(HasSubstr("(60 and 58 pairs)"), HasSubstr("random exchanges of pairs")));
  EXPECT_THAT(columns[0].sentences, Each(Not(HasSubstr("persons"))));
}

TEST(Conclude, CountsOnePersonAsOne) {
  PairFinding pair = pair_with(0.5);
  pair.exchange = Exchange::signs;
  pair.effect = {
      .n_persons = 67, .difference = 0.1, .low = 0, .high = 0.2, .n_decided_otherwise = 1};
  EXPECT_THAT(sentences_of(pair), Contains(HasSubstr("1 of 67 persons is decided otherwise.")));
}

TEST(Conclude, NamesTheRegionsWhoseBandLeavesOutZero) {
  MapIntervals intervals;
  intervals.n_persons = 38;
  intervals.share_known = 0.76;
  intervals.share_of_face = 0.37;
  intervals.share_in_band = 0.04;
  intervals.band_factor = 3;
  intervals.regions = {{.name = "left_eye", .mean = 0.2, .band_low = 0.1, .band_high = 0.3},
                       {.name = "nose", .mean = 0.1, .band_low = -0.1, .band_high = 0.3}};
  Inference inference{.intervals = intervals, .findings = {}, .clusters = {}, .confidence = ""};
  conclude(inference, 0.5, "1");
  ASSERT_EQ(inference.intervals->sentences.size(), 2U);
  EXPECT_THAT(inference.intervals->sentences[0],
              AllOf(HasSubstr("Of 38 persons"), HasSubstr("left eye 0.2 (0.1 to 0.3)."),
                    Not(HasSubstr("nose"))));
  EXPECT_THAT(inference.intervals->sentences[1],
              AllOf(HasSubstr("On 37 % of the face (of the 76 % of it with enough persons)"),
                    HasSubstr("on 4 % the band")));

  intervals.regions.assign(6, intervals.regions[0]);
  inference.intervals = intervals;
  conclude(inference, 0.5, "1");
  EXPECT_THAT(inference.intervals->sentences[0], testing::EndsWith(" and 2 more."));

  intervals.band_factor = std::nan("");
  intervals.regions.resize(1);
  intervals.regions[0].band_low = -0.1;
  inference.intervals = intervals;
  conclude(inference, 0.5, "1");
  EXPECT_THAT(inference.intervals->sentences[0], HasSubstr("no region's mean is other than zero"));
  EXPECT_THAT(inference.intervals->sentences[1], HasSubstr("would need more persons"));

  // Nothing is known of the places, and persons are images.
  intervals.share_known = 0;
  intervals.exchange_by = exchange_images;
  inference.intervals = intervals;
  conclude(inference, 0.5, "1");
  EXPECT_THAT(
      inference.intervals->sentences,
      testing::ElementsAre("Of 38 images: too few for intervals, or their maps are all the same."));
}

TEST(Conclude, NamesNoNumberOfPersonsThatNobodyHas) {
  PairFinding pair = pair_with(0.5);
  pair.detectable = 1e12;
  pair.detectable_of_many = 1e11;
  EXPECT_THAT(sentences_of(pair), Contains(AllOf(HasSubstr("a difference of more than ten times"),
                                                 HasSubstr("more than a thousand times as many"))));
}

}  // namespace
}  // namespace csm
