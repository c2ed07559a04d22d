#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/dataset/columns.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "support/temporary_folder.h"

namespace csm::test {
namespace {

Dataset open(const std::filesystem::path& list) {
  DatasetOptions options;
  options.dataset = list;
  return open_dataset(options);
}

TEST(ColumnsTest, values_are_lines) {
  const Columns columns = {
      {"a", "young\n"}, {"b", "x\r\n\ty"}, {"c", "\x1b[31mred"}, {"d", " plain "}};
  EXPECT_EQ(columns.at("a"), "young");
  EXPECT_EQ(columns.at("b"), "x y");
  EXPECT_EQ(columns.at("c"), "\\x1b[31mred");
  EXPECT_EQ(columns.at("d"), " plain ");
}

TEST(ColumnsTest, names_of_a_table_are_lines) {
  const TemporaryFolder folder;
  folder.write("a.jpg", "");
  const auto list =
      folder.write("list.csv", "path,\"age\n(years)\",note\na.jpg,\"31\n\",\"two\nlines, \a\"\n");
  const Dataset dataset = open(list);
  EXPECT_EQ(dataset.column_names, (std::vector<std::string>{"age (years)", "note"}));
  EXPECT_EQ(dataset.samples.at(0).columns.at("age (years)"), "31");
  EXPECT_EQ(dataset.samples.at(0).columns.at("note"), "two lines, \\x07");
}

TEST(ColumnsTest, names_that_are_alike_as_lines_are_refused) {
  const TemporaryFolder folder;
  const auto list = folder.write("list.csv", "path,\"a\nb\",a b\nx.jpg,1,2\n");
  EXPECT_THROW(open(list), InputError);
}

}  // namespace
}  // namespace csm::test
