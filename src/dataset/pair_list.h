#pragma once
#include <filesystem>
#include <string>

#include "listing.h"

namespace csm {

/// Adds pairs to a data set of pairs; all formats end here.
class PairList {
 public:
  /// @param more columns that the list has beside same_person and fold
  explicit PairList(const std::filesystem::path& root, const std::vector<std::string>& more = {});

  /// @param first,second paths below the root  @param place of the row, for messages
  /// @param more values of the columns of the list's own, as many as there are
  /// Errors: InputError for an image that is paired with itself.
  void add(const std::string& first, const std::string& second, bool same_person,
           const std::string& fold, const std::string& place,
           const std::vector<std::string>& more = {});

  Dataset dataset;

 private:
  Columns::Names names_;
};

/// The pairs of LFW's own lists: pairs.txt, pairsDevTrain.txt and the like.
/// Errors: InputError with file and line for a bad row, a list that is cut off, or a list of
/// persons.
Dataset read_lfw_text(const std::filesystem::path& pairs, const std::filesystem::path& root);

/// Whether a CSV file is one of LFW's lists as Kaggle gives them: its header begins
/// "name,imagenum1" (or "name,images", a list of persons).
bool is_lfw_csv(const std::filesystem::path& pairs);

/// The pairs of pairs.csv, or of a file of pairs of one kind (matchpairsDevTest.csv) together with
/// that of the other kind beside it. A fold ends if a pair of one person follows one of two.
/// Errors: as read_lfw_text.
Dataset read_lfw_csv(const std::filesystem::path& pairs, const std::filesystem::path& root);

}  // namespace csm
