#include <gmock/gmock.h>

#include <cstdio>

#include "csm/core/error.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "shard_list.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"
#include "tar_reader.h"
#include "tar_records.h"

namespace csm::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string octal(std::size_t value, int n_digits) {
  char text[32];
  std::snprintf(text, sizeof(text), "%0*zo", n_digits, value);
  return text;
}

/// The header of a member and its bytes, filled up to whole blocks; the size's field as given.
std::string member(const std::string& name, const std::string& bytes, char type = '0',
                   std::string size = {}) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(100, 7, "0000644");
  size = size.empty() ? octal(bytes.size(), 11) : size;
  header.replace(124, size.size(), size);
  header.replace(148, 8, "        ");
  header[156] = type;
  header.replace(257, 8,
                 std::string("ustar\0"
                             "00",
                             8));
  std::size_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 7, octal(sum, 6) + '\0');
  return header + bytes + std::string((512 - bytes.size() % 512) % 512, '\0');
}

const std::string end_mark(1024, '\0');

class TarTest : public testing::Test {
 protected:
  std::vector<TarEntry> entries(const std::string& bytes) {
    TarReader reader(folder_.write("a.tar", bytes));
    std::vector<TarEntry> all;
    while (const auto entry = reader.next()) all.push_back(*entry);
    return all;
  }
  std::string error_of(const std::string& bytes) {
    return message_of<InputError>([&] { entries(bytes); });
  }
  TemporaryFolder folder_;
};

TEST_F(TarTest, finds_where_each_file_begins) {
  const auto found = entries(member("a.jpg", "123") + member("folder", "", '5') +
                             member("b.jpg", std::string(600, 'b')) + end_mark);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "a.jpg");
  EXPECT_EQ(found[0].offset, 512);
  EXPECT_EQ(found[0].size, 3);
  EXPECT_EQ(found[1].name, "b.jpg");
  EXPECT_EQ(found[1].offset, 512 + 512 + 512 + 512);
  EXPECT_EQ(found[1].size, 600);
}

TEST_F(TarTest, reads_members_larger_than_its_window) {
  const std::string large(300'000, 'x');
  const auto found = entries(member("a", large) + member("b", "end") + end_mark);
  ASSERT_EQ(found.size(), 2U);
  const TarShard shard(folder_.path() / "a.tar");
  const auto bytes = shard.read(found[1].offset, found[1].size);
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "end");
  EXPECT_EQ(shard.read(found[0].offset, found[0].size).size(), large.size());
}

TEST_F(TarTest, takes_names_and_sizes_of_headers_before_the_members_own) {
  const std::string name = std::string(300, 'n') + ".jpg";
  const std::string pax = "17 path=long.jpg\n";
  const std::string binary_size = std::string("\x80\0\0\0\0\0\0\0\0\0\0\x03", 12);
  const auto found = entries(member("././@LongLink", name + '\0', 'L') + member("short", "1") +
                             member("PaxHeader", pax, 'x') + member("other", "22") +
                             member("third", "333", '0', binary_size) + end_mark);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, name);
  EXPECT_EQ(found[1].name, "long.jpg");
  EXPECT_EQ(found[2].name, "third");
  EXPECT_EQ(found[2].size, 3);
}

TEST_F(TarTest, names_shard_and_offset_of_damage) {
  const std::string good = member("a.jpg", "123") + member("b.jpg", std::string(700, 'b'));
  std::string flipped = good + end_mark;
  flipped[1024 + 3] ^= 1;
  EXPECT_THAT(error_of(flipped), AllOf(HasSubstr("a.tar' has a header with a wrong checksum"),
                                       HasSubstr("at byte 1024")));
  EXPECT_THAT(error_of(good.substr(0, 1024 + 512 + 699)),
              AllOf(HasSubstr("is cut off"), HasSubstr("700 bytes"), HasSubstr("at byte 1024")));
  EXPECT_THAT(error_of(good),
              AllOf(HasSubstr("ends without its end mark"), HasSubstr("at byte 2560")));
  EXPECT_THAT(error_of(good.substr(0, 1024 + 100)),
              AllOf(HasSubstr("ends without its end mark"), HasSubstr("at byte 1024")));
  EXPECT_THAT(error_of(member("a", "1", '0', "12x") + end_mark), HasSubstr("damaged size"));
  EXPECT_THAT(error_of(member("P", "99 path=a\n", 'x') + end_mark),
              HasSubstr("damaged pax header"));
  EXPECT_THAT(error_of(member("P", "8 path\n\n", 'x') + end_mark), HasSubstr("damaged pax header"));
  EXPECT_THAT(error_of(""), HasSubstr("is empty"));
  EXPECT_EQ(error_of(good + end_mark), "");
}

TEST_F(TarTest, refuses_what_has_no_bytes_in_one_piece_and_says_what_to_do) {
  EXPECT_THAT(error_of(member("s.jpg", "1", 'S') + end_mark),
              AllOf(HasSubstr("sparse"), HasSubstr("without --sparse")));
  EXPECT_THAT(error_of(member("P", "22 GNU.sparse.major=1\n", 'x') + end_mark),
              HasSubstr("without --sparse"));
  EXPECT_THAT(error_of(member("l.jpg", "", '2') + end_mark),
              AllOf(HasSubstr("'l.jpg' as a link"), HasSubstr("--dereference")));
  EXPECT_THAT(error_of("\x1F\x8B\x08\x00 and so on"),
              AllOf(HasSubstr("compressed (gzip)"), HasSubstr("gunzip")));
}

TEST_F(TarTest, a_shard_that_became_shorter_costs_its_images_only) {
  const TarShard shard(folder_.write("b.tar", "0123456789"));
  EXPECT_EQ(shard.read(8, 2).size(), 2U);
  EXPECT_THAT(message_of<ImageError>([&] { shard.read(8, 3); }), HasSubstr("ends before byte 11"));
  EXPECT_THAT(message_of<ImageError>([&] { TarShard("/no/such.tar").read(0, 1); }),
              HasSubstr("/no/such.tar"));
}

TEST(TarColumns, are_the_plain_fields_of_a_json_object) {
  const auto fields = fields_of_json(
      R"({"name": "Zoë", "age": 31, "score": 0.25, "smiles": true, "none": null, "box": [1]})",
      "p");
  EXPECT_THAT(fields, ElementsAre(std::pair<std::string, std::string>("name", "Zoë"),
                                  std::pair<std::string, std::string>("age", "31"),
                                  std::pair<std::string, std::string>("score", "0.25"),
                                  std::pair<std::string, std::string>("smiles", "1")));
  for (const char* text : {"", "[1]", "{\"a\": ", "{\"a\": \"\\u0000\"}"})
    EXPECT_THAT(message_of<InputError>([&] { fields_of_json(text, "the place"); }),
                HasSubstr("the place"));
}

TEST(Braces, run_through_their_numbers_with_as_many_digits) {
  EXPECT_THAT(expand_braces("d/f-{008..011}.tar"),
              ElementsAre("d/f-008.tar", "d/f-009.tar", "d/f-010.tar", "d/f-011.tar"));
  EXPECT_THAT(expand_braces("{0..1}/{8..9}.tar"),
              ElementsAre("0/8.tar", "0/9.tar", "1/8.tar", "1/9.tar"));
  EXPECT_THAT(expand_braces("one.tar"), ElementsAre("one.tar"));
  for (const char* bad : {"{a..b}.tar", "{3..2}.tar", "{1.tar", "{1,2}.tar", "{..2}.tar",
                          "{0..99999999}.tar", "{-1..2}.tar"})
    EXPECT_THAT(message_of<InputError>([&] { expand_braces(bad); }), HasSubstr(bad)) << bad;
}

class TarDataset : public TarTest {
 protected:
  Dataset open(const std::string& path, DatasetFormat format = DatasetFormat::automatic) {
    DatasetOptions options;
    options.dataset = folder_.path() / path;
    options.format = format;
    return open_dataset(options);
  }
};

TEST_F(TarDataset, takes_the_images_of_all_shards_with_their_labels) {
  folder_.write(
      "s/f-0.tar",
      member("./x/a.jpg", "A") +
          member("x/a.json",
                 R"({"gender": "female", "face_x": 1, "face_y": 2, "face_w": 3, "face_h": 4})") +
          member("b.left.PNG", "B") + member("b.cls", " 3\n") + member("note.txt", "no image") +
          member(".hidden.jpg", "") + end_mark);
  folder_.write("s/f-1.tar", member("a.json", R"({"age": 5})") + member("a.jpg", "") +
                                 member("a.mask.png", "M") + end_mark);
  const Dataset dataset = open("s");
  EXPECT_EQ(dataset.format, DatasetFormat::tar);
  ASSERT_EQ(dataset.samples.size(), 3U);
  EXPECT_EQ(dataset.samples[0].id, "f-0/x/a");
  EXPECT_EQ(dataset.samples[0].path, folder_.path() / "s/f-0/x/a.jpg");
  EXPECT_EQ(dataset.samples[0].columns.find("gender"), "female");
  EXPECT_EQ(dataset.samples[0].face_box->height, 4);
  EXPECT_EQ(dataset.samples[1].id, "f-0/b");
  EXPECT_EQ(dataset.samples[1].columns.find("cls"), "3");
  EXPECT_FALSE(dataset.samples[1].face_box);
  EXPECT_EQ(dataset.samples[2].id, "f-1/a");
  EXPECT_EQ(dataset.samples[2].columns.find("age"), "5");
  EXPECT_EQ(dataset.samples[2].member.size, 0);
  EXPECT_EQ(open("s/f-{0..1}.tar").samples.size(), 3U);
  EXPECT_EQ(open("s/f-1.tar").samples.at(0).id, "f-1/a");
}

TEST_F(TarDataset, two_images_of_one_key_are_named) {
  folder_.write("f.tar", member("ann.jpg", "1") + member("ann.png", "2") + end_mark);
  EXPECT_THAT(message_of<InputError>([&] { open("f.tar"); }),
              AllOf(HasSubstr("ann.png"), HasSubstr("under one key 'ann'")));
}

TEST_F(TarDataset, names_with_several_dots_are_images_of_their_own) {
  folder_.write("f.tar", member("ann.smith.jpg", "1") +
                             member("ann.smith.json", R"({"gender": "female"})") +
                             member("ann.jones.jpg", "22") + member("ann.jones.cls", "1") +
                             member("ann.json", R"({"gender": "male", "city": "Ulm"})") +
                             member("bo.b.jpg", "333") + member("bo.b.txt", "note") + end_mark);
  const Dataset dataset = open("f.tar");
  ASSERT_EQ(dataset.samples.size(), 3U);
  EXPECT_EQ(dataset.samples[0].id, "f/ann.smith");
  EXPECT_EQ(dataset.samples[0].columns.find("gender"), "female") << "the image's own label counts";
  EXPECT_EQ(dataset.samples[0].columns.find("city"), "Ulm");
  EXPECT_FALSE(dataset.samples[0].columns.contains("cls"));
  EXPECT_EQ(dataset.samples[1].id, "f/ann.jones");
  EXPECT_EQ(dataset.samples[1].member.size, 2);
  EXPECT_EQ(dataset.samples[1].columns.find("gender"), "male");
  EXPECT_EQ(dataset.samples[1].columns.find("cls"), "1");
  EXPECT_EQ(dataset.samples[2].id, "f/bo") << "the only image of its key";
  EXPECT_EQ(dataset.samples[2].columns.find("txt"), "note");
  ASSERT_EQ(dataset.remarks.size(), 1U);
  EXPECT_THAT(dataset.remarks[0], AllOf(HasSubstr("2 images"), HasSubstr("'ann.smith.jpg'")));
}

TEST_F(TarDataset, members_that_are_passed_over_are_counted_by_kind) {
  folder_.write("s/f-0.tar", member("a.jpg", "A") + member("a.mask.png", "M") +
                                 member("b.gif", "GIF89a") + member("c.cls", "1") +
                                 member("d.jfif", "D") + member("e", "\xFF\xD8\xFF") + end_mark);
  folder_.write("s/f-1.tar", member("b.gif", "GIF89a") + end_mark);
  folder_.write("s/clip.mov", "");
  const Dataset dataset = open("s");
  ASSERT_EQ(dataset.samples.size(), 3U);
  EXPECT_EQ(dataset.samples[2].id, "f-0/e");
  ASSERT_EQ(dataset.warnings.size(), 1U);
  EXPECT_THAT(
      dataset.warnings[0],
      AllOf(HasSubstr("4 files of the shards"), HasSubstr("2 GIF (such as 'b.gif')"),
            HasSubstr("1 video"), HasSubstr("1 second image of a key"), HasSubstr("'a.mask.png'")));
}

TEST_F(TarDataset, is_not_guessed_where_other_images_lie_beside) {
  folder_.write("m/f.tar", member("a.jpg", "1") + end_mark);
  folder_.write("m/b.jpg", "2");
  EXPECT_EQ(open("m").format, DatasetFormat::folder);
  EXPECT_EQ(open("m", DatasetFormat::tar).samples.at(0).id, "f/a");
}

TEST_F(TarDataset, what_is_missing_is_named) {
  EXPECT_THAT(message_of<InputError>([&] { open("f-{00..01}.tar"); }),
              HasSubstr("f-00.tar' cannot be read"));
  EXPECT_THAT(message_of<InputError>([&] { open("f.tar"); }), HasSubstr("f.tar' cannot be read"));
  folder_.write("e.tar", end_mark);
  EXPECT_THAT(message_of<InputError>([&] { open("e.tar"); }), HasSubstr("holds no image"));
  folder_.write("c.tar.gz", "\x1F\x8B\x08");
  EXPECT_THAT(message_of<InputError>([&] { open("c.tar.gz"); }), HasSubstr("gunzip"));
  folder_.write("n/note.txt", "");
  EXPECT_THAT(message_of<InputError>([&] { open("n", DatasetFormat::tar); }),
              HasSubstr("csm shards"));
}

TEST_F(TarDataset, pairs_name_images_by_shard_and_key) {
  folder_.write("s/f.tar", member("a.jpg", "A") + member("b.jpg", "BB") + end_mark);
  DatasetOptions options;
  options.dataset = folder_.path() / "s";
  options.pairs = folder_.write("pairs.csv", "path_a,path_b,same_person\nf/b,f/a.jpg,1\n");
  const Dataset pairs = open_dataset(options);
  ASSERT_EQ(pairs.samples.size(), 1U);
  EXPECT_EQ(pairs.samples[0].id, "f/b|f/a.jpg");
  EXPECT_EQ(pairs.samples[0].member.size, 2);
  EXPECT_EQ(pairs.samples[0].second_member.size, 1);
  EXPECT_EQ(pairs.samples[0].second_path, folder_.path() / "s/f/a.jpg");
  folder_.write("pairs.csv", "path_a,path_b,same_person\nf/b,f/c,1\n");
  EXPECT_THAT(message_of<InputError>([&] { open_dataset(options); }),
              AllOf(HasSubstr("'f/c'"), HasSubstr("in no shard")));
}

}  // namespace
}  // namespace csm::test
