#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "csm/mesh/mesh_options.h"
#include "describe_result.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

ImageRow row_of(const char* id, std::int64_t n_faces, std::int64_t n_turned, std::int64_t key) {
  ImageRow row;
  row.id = id;
  row.status = "ok";
  row.n_faces = n_faces;
  row.n_meshes_turned = n_turned;
  row.mesh_key = key;
  return row;
}

TEST(DescribeFaces, says_nothing_of_one_face_and_one_mesh_each) {
  const std::vector<ImageRow> rows = {row_of("a", 1, 0, 0), row_of("b", -1, 0, 0),
                                      row_of("c", 0, 0, 7)};
  EXPECT_THAT(describe_faces(rows, FaceChoice::largest), IsEmpty());
  EXPECT_THAT(describe_faces({}, FaceChoice::largest), IsEmpty());
}

TEST(DescribeFaces, counts_the_images_of_the_map) {
  std::vector<ImageRow> rows = {row_of("a", 2, 1, 5), row_of("b", 9, 0, 6), row_of("c", 1, 2, 5),
                                row_of("d", 3, 1, 5)};
  rows[3].status = "no face found";
  EXPECT_THAT(
      describe_faces(rows, FaceChoice::central),
      ElementsAre(
          AllOf(StartsWith("2 of 3 images show more than one face"), HasSubstr("most central")),
          AllOf(HasSubstr("y axis was turned over in 2 of 3 images")),
          AllOf(StartsWith("1 of 3 images have the very same mesh"), HasSubstr("'a' and 'c'"))));
}

}  // namespace
}  // namespace csm
