#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "csm/core/bytes.h"
#include "csm/dataset/dataset.h"

namespace csm {
namespace {

/// Writes texts of one kind, each as the number of bytes that it shares with the one before, and
/// the rest.
class TextPacker {
 public:
  void put(ByteWriter& writer, const std::string& text) {
    const std::size_t shorter = std::min(text.size(), last_.size());
    const auto n_shared = static_cast<std::size_t>(
        std::mismatch(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(shorter),
                      last_.begin())
            .first -
        text.begin());
    writer.put(static_cast<std::uint32_t>(n_shared));
    writer.put(text.substr(n_shared));
    last_ = text;
  }

 private:
  std::string last_;
};

class TextUnpacker {
 public:
  const std::string& get(ByteReader& reader) {
    std::uint32_t n_shared = 0;
    std::string rest;
    reader.get(n_shared);
    reader.get(rest);
    CSM_EXPECT(n_shared <= last_.size());
    last_.resize(n_shared);
    last_ += rest;
    return last_;
  }

 private:
  std::string last_;
};

/// Writes where images lie in shards: the shard's path, empty for a file of its own, and the bytes.
class MemberPacker {
 public:
  void put(ByteWriter& writer, const TarMember& member) {
    shards_.put(writer, member.shard ? member.shard->path().native() : "");
    if (!member.shard) return;
    writer.put(member.offset);
    writer.put(member.size);
  }

 private:
  TextPacker shards_;
};

/// Reads them again: one TarShard for all the images of a shard, as it was.
class MemberUnpacker {
 public:
  TarMember get(ByteReader& reader) {
    const std::string& path = shards_.get(reader);
    if (path.empty()) return {};
    std::shared_ptr<const TarShard>& shard = shard_of_path_[path];
    if (!shard) shard = std::make_shared<const TarShard>(path);
    TarMember member{.shard = shard};
    reader.get(member.offset);
    reader.get(member.size);
    return member;
  }

 private:
  TextUnpacker shards_;
  std::unordered_map<std::string, std::shared_ptr<const TarShard>> shard_of_path_;
};

}  // namespace

std::string pack_dataset(const Dataset& dataset) {
  ByteWriter writer;
  writer.put(dataset.root.string());
  writer.put(static_cast<std::int32_t>(dataset.format));
  writer.put(dataset.identity_doubt);
  for (const auto* texts : {&dataset.column_names, &dataset.remarks, &dataset.warnings}) {
    writer.put(static_cast<std::uint64_t>(texts->size()));
    for (const std::string& text : *texts) writer.put(text);
  }

  // Texts and members repeat what came before, so each kind has a packer of its own.
  TextPacker ids;
  TextPacker paths;
  TextPacker second_paths;
  MemberPacker members;
  MemberPacker second_members;
  TextPacker values;

  // All fields by name, so that a new one cannot be forgotten here.
  for (const auto& [id, path, second_path, member, second_member, columns, face_box] :
       dataset.samples) {
    ids.put(writer, id);
    paths.put(writer, path.native());
    second_paths.put(writer, second_path.native());
    members.put(writer, member);
    second_members.put(writer, second_member);
    values.put(writer, columns.packed());
    writer.put(face_box.has_value());
    if (!face_box) continue;
    for (const double side : {face_box->x, face_box->y, face_box->width, face_box->height})
      writer.put(side);
  }
  return writer.bytes();
}

Dataset unpack_dataset(std::string_view bytes) {
  ByteReader reader(bytes);
  Dataset dataset;
  std::string root;
  std::int32_t format = 0;
  reader.get(root);
  reader.get(format);
  reader.get(dataset.identity_doubt);
  dataset.root = root;
  dataset.format = static_cast<DatasetFormat>(format);
  for (auto* texts : {&dataset.column_names, &dataset.remarks, &dataset.warnings}) {
    std::uint64_t n_texts = 0;
    reader.get(n_texts);
    texts->resize(n_texts);
    for (std::string& text : *texts) reader.get(text);
  }

  // The samples, field by field in the order of pack_dataset.
  const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);
  TextUnpacker ids;
  TextUnpacker paths;
  TextUnpacker second_paths;
  MemberUnpacker members;
  MemberUnpacker second_members;
  TextUnpacker values;
  while (!reader.at_end()) {
    Sample& sample = dataset.samples.emplace_back();
    sample.id = ids.get(reader);
    sample.path = paths.get(reader);
    sample.second_path = second_paths.get(reader);
    sample.member = members.get(reader);
    sample.second_member = second_members.get(reader);
    const std::string& packed = values.get(reader);
    if (!packed.empty()) sample.columns = Columns::from_packed(names, packed);
    bool has_box = false;
    reader.get(has_box);
    if (!has_box) continue;
    Box& box = sample.face_box.emplace();
    for (double* side : {&box.x, &box.y, &box.width, &box.height}) reader.get(*side);
  }
  return dataset;
}

}  // namespace csm
