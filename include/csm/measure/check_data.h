#pragma once
#include <string>

#include "csm/measure/job.h"

namespace csm {

/// The column with the true class or person: that of --label, which must exist (empty for `none`);
/// else the task's name; without such a column, `identity` where persons are compared, `cls` of
/// shards, whose numbers are indices of classes, or `identity` where the names of a folder's
/// sub-folders are classes of the model. Errors: InputError that lists the columns there are.
std::string find_label_column(const Options& options, const ModelContract& contract,
                              const Dataset& dataset);

/// Reads the labels of the run's images as classes, and reports which it understood and which not.
/// @pre the job has its network and order. Errors: InputError if --target label has no label
/// that is certain.
void read_labels(Job& job);

/// Looks at the column that tells persons apart, for a gallery or --half-by: says where it tells
/// only one. Errors: InputError if no image has a value, or a folder's names may not be persons.
void check_identities(Job& job);

/// Compares the labels of images and gallery, before any image is computed: says how many images
/// have no other image of their label to be compared with. @pre job.spec.gallery. Errors:
/// InputError if those are more than --max-failures.
void check_gallery(Job& job);

/// Errors: InputError if all pairs, with those of training, are of one kind.
void check_pair_kinds(const Job& job);

}  // namespace csm
