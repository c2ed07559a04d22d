#pragma once
#include <span>
#include <string>
#include <vector>

#include "csm/dataset/dataset.h"
#include "csm/inference/inference_options.h"

namespace csm {

/// Who is one person for tests.
struct PersonColumn {
  std::string column;  ///< images of one value are one person; empty: each image is one
  std::string remark;  ///< a sentence for the result
};

/// The column of --exchange-by: the named one; else `identity`, if the data set has it and it may
/// name persons. Errors: InputError if --exchange-by or --permute-within names a column that the
/// data set does not have.
PersonColumn find_person_column(const Dataset& dataset, const InferenceOptions& options);

/// A warning of one value that counts as a person and may be none: it says that nothing is known,
/// or more than 10 % of 20 images or more are of it while most persons have one or two; empty if
/// none does.
/// @param persons the value of each image; empty: nobody in particular
std::string describe_large_person(const std::string& column, std::span<const std::string> persons);

/// A remark on images of nobody in particular beside those of persons; empty if there are none.
/// @param persons as above
std::string describe_nameless(const std::string& column, std::span<const std::string> persons);

/// Both warnings, those that there are; none without a column.
std::vector<std::string> describe_persons(const PersonColumn& column,
                                          std::span<const std::string> persons);

}  // namespace csm
