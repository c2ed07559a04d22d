#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csv.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

using test::message_of;
using test::TemporaryFolder;

using testing::ElementsAre;
using testing::HasSubstr;

CsvTable read(const std::string& text) {
  const TemporaryFolder folder;
  return read_csv(folder.write("t.csv", text));
}

std::string error_of(const std::string& text) {
  return message_of<InputError>([&] { read(text); });
}

TEST(Csv, ReadsQuotedCommasQuotesAndLineBreaks) {
  const CsvTable table = read("a,b\n\"x, y\",\"say \"\"hi\"\"\nthere\"\n1,2\n");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_THAT(table.rows[0].cells, ElementsAre("x, y", "say \"hi\"\nthere"));
  EXPECT_THAT(table.rows[1].cells, ElementsAre("1", "2"));
  EXPECT_EQ(table.rows[0].line, 2U);
  EXPECT_EQ(table.rows[1].line, 4U) << "a line break inside quotes counts as a line of the file";
}

TEST(Csv, IgnoresByteOrderMarkCarriageReturnsBlankLinesAndMissingLastLineBreak) {
  const CsvTable table = read("\xEF\xBB\xBFpath,\"label\"\r\n\r\n a , b \r\n\"c\",");
  EXPECT_THAT(table.header, ElementsAre("path", "label"));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_THAT(table.rows[0].cells, ElementsAre("a", "b"));
  EXPECT_THAT(table.rows[1].cells, ElementsAre("c", ""));
}

TEST(Csv, NamesFileAndLineOfARowWithTheWrongNumberOfCells) {
  EXPECT_THAT(
      error_of("a,b\n1,2\n\n1,2,3\n"),
      testing::AllOf(HasSubstr("t.csv', line 4"), HasSubstr("3 cells"), HasSubstr("2 columns")));
  EXPECT_THAT(error_of("a,b\n1\n"), HasSubstr("line 2 has 1 cells"));
}

TEST(Csv, NamesTheLineOfAnOpenQuoteAndOfTextBehindAQuote) {
  EXPECT_THAT(error_of("a,b\n1,2\n1,\"open\n3,4\n"),
              HasSubstr("line 3: a quote (\") is opened and never closed"));
  EXPECT_THAT(error_of("a,b\n\"1\"x,2\n"), HasSubstr("line 2: text follows a closing quote"));
}

TEST(Csv, RefusesEmptyFilesWorkbooksZeroBytesAndBadHeaders) {
  EXPECT_THAT(error_of(""), HasSubstr("is empty"));
  EXPECT_THAT(error_of("\n\n"), HasSubstr("is empty"));
  EXPECT_THAT(error_of("\xFF\xFE"), HasSubstr("is empty"));
  EXPECT_THAT(error_of("PK\x03\x04 and so on"), HasSubstr("is a workbook"));
  EXPECT_THAT(error_of(std::string("a,b\n1,\0\n", 8)), HasSubstr("line 2 holds a zero byte"));
  EXPECT_THAT(error_of("a,b,a\n"), HasSubstr("two columns are named 'a'"));
  EXPECT_THAT(error_of(",,\n"), HasSubstr("is empty"));
  EXPECT_THAT(message_of<InputError>([] { read_csv("/nowhere/t.csv"); }),
              HasSubstr("cannot be read"));
}

TEST(Csv, SuggestsTheNearestColumn) {
  const CsvTable table = read("pathe,label\n1,2\n");
  EXPECT_THAT(message_of<InputError>([&] { static_cast<void>(table.required_column("path")); }),
              testing::AllOf(HasSubstr("no column 'path'"), HasSubstr("pathe, label"),
                             HasSubstr("Is it 'pathe'")));
}

}  // namespace
}  // namespace csm
