#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "csm/cluster/thread_ranks.h"
#include "csm/core/error.h"
#include "csm/run/run.h"
#include "support/small_job.h"

namespace csm {
namespace {

using testing::HasSubstr;

TEST(Plan, is_told_by_the_root_and_writes_nothing) {
  configure_process();
  const test::SmallJob job(5);
  run_thread_ranks(3, [&](const Communicator& world) {
    const std::string text = plan_job(world, job.options("plan"));
    if (!world.is_root()) {
      EXPECT_EQ(text, "");
      return;
    }
    for (const char* name :
         {"images", "ranks", "threads per rank", "patches", "memory", "time", "engine"})
      EXPECT_THAT(text, HasSubstr(name));
  });
  EXPECT_FALSE(std::filesystem::exists(job.output("plan").parent_path()));
}

TEST(Plan, of_a_model_that_is_not_there_fails_on_all_ranks) {
  const test::SmallJob job(5);
  std::filesystem::remove(job.folder() / "model.pt");
  run_thread_ranks(3, [&](const Communicator& world) {
    EXPECT_THROW(plan_job(world, job.options("plan")), InputError);
  });
}

}  // namespace
}  // namespace csm
