#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "passed_over.h"
#include "tar_reader.h"

namespace csm {

/// Names and values of one sample's labels.
using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// The fields of a JSON object that are texts, numbers or truth values (1 or 0), in their order;
/// others are left out. Errors: InputError, begun with `place`, if the text is not a JSON object or
/// a text holds a zero byte.
NamedValues fields_of_json(const std::string& text, const std::string& place);

/// One image of a shard and its labels.
struct TarRecord {
  std::string key;  ///< unique in the shard
  TarEntry image;
  NamedValues
      values;  ///< of the key's labels, then of the image's own, which count if both have a name
};

struct TarRecords {
  std::vector<TarRecord> records;  ///< in the order of the images
  PassedOver others;
  std::vector<std::string>
      of_shared_keys;  ///< names of images that WebDataset would take for parts of one sample
};

/// The images of a shard. WebDataset's rule is that a key ends at the first dot of the file's name
/// and that what follows names the kind of the member: KEY.jpg, KEY.json, KEY.cls, KEY.txt.
/// People's own names have dots too. So
/// - KEY.jpg is the image of KEY, and KEY.mask.png beside it is passed over
/// - the only image KEY.x.jpg is that of KEY
/// - of several images KEY.x.jpg, KEY.y.jpg each is one of its own, with the key KEY.x, KEY.y
/// and the labels of an image are those of its key and those named like it (KEY.x.json).
/// Errors: InputError for a damaged shard, two images KEY.jpg and KEY.png, a label that is not
/// text, or labels that are not JSON.
TarRecords read_records(const std::filesystem::path& shard);

}  // namespace csm
