#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> dataset_entries() {
  return in_group(
      "Data set",
      // The images and their layout.
      {path(
           {"dataset", identity, "PATH",
            "folder of the images, a CSV file that lists them, or tar shards: a file, or "
            "NAME-{000000..000127}.tar"},
           [](auto& o) -> auto& { return o.dataset.dataset; }),
       choice(
           {"dataset-format", identity, its_names, "how the data set is laid out"},
           [](auto& o) -> auto& { return o.dataset.format; }),
       path(
           {"manifest", identity, "FILE",
            "CSV file that names images of the data set, with their columns"},
           [](auto& o) -> auto& { return o.dataset.manifest; }),

       // The true classes.
       text(
           {"label", identity, "COLUMN",
            "column with the true class, auto: the task's name, none: no labels"},
           [](auto& o) -> auto& { return o.dataset.label; }, "auto"),
       choice(
           {"label-numbers", identity, its_names,
            "what a number in that column is: a value in a class's range, or the index of a class, "
            "from 0"},
           [](auto& o) -> auto& { return o.dataset.label_numbers; }),

       // Which of the images are used, in which order.
       text(
           {"where", identity, "COLUMN=VALUE,...",
            "only images with these values; several of one column: any of them; LOW..HIGH: a range "
            "of numbers"},
           [](auto& o) -> auto& { return o.dataset.where; }, "all"),
       choice(
           {"half", identity, its_names,
            "random half of the images, before limit: make a map on one half and evaluate it on "
            "the other"},
           [](auto& o) -> auto& { return o.dataset.half; }),
       text(
           {"half-by", identity, "COLUMN",
            "images of one value of this column, such as a person, go to one half"},
           [](auto& o) -> auto& { return o.dataset.half_by; }, "none"),
       optional_integer(
           {"limit", identity, "N", "number of images, taken from the seeded random order"},
           [](auto& o) -> auto& { return o.dataset.limit; }, "all", 1),
       unsigned_integer(
           {"seed", identity, "N", "seed of the random order of the images"},
           [](auto& o) -> auto& { return o.dataset.seed; }),

       // What embeddings are compared with, Eqs. (7) and (8).
       path(
           {"gallery", identity, "FILE|DIR",
            "labelled images to compare with, for --confidence cosine"},
           [](auto& o) -> auto& { return o.dataset.gallery; }),
       path(
           {"pairs", identity, "FILE",
            "pairs of images, for --confidence verification and similarity"},
           [](auto& o) -> auto& { return o.dataset.pairs; })});
}

}  // namespace csm
