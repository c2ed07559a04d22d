#include "claim_output.h"

#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include "csm/checkpoint/restore.h"
#include "csm/cluster/agreement.h"
#include "csm/core/bytes.h"
#include "csm/core/error.h"
#include "csm/options/options.h"
#include "csm/store/output_path.h"

namespace csm {
namespace {

/// The checkpoints must be of this output alone.
void check_checkpoint_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_symlink(folder, ignored)) return;
  throw InputError({"the folder of the checkpoints '" + folder.string() + "' is a symbolic link",
                    "another run could keep its checkpoints there too, and the folder is removed "
                    "with the run's end",
                    "Remove the link; give an --output if there is room for the checkpoints."});
}

/// Checks the output and makes the old checkpoints' folder ready, before any work. Errors:
/// InputError.
void check_output(const Options& options) {
  const std::filesystem::path folder = checkpoint_folder(options.output.output);
  check_checkpoint_folder(folder);
  // A folder of checkpoints beside a result is of a run that was ended between writing its result
  // and having cleared up.
  check_output_path(options.output.output,
                    options.output.overwrite || has_checkpoint_folder(options));
  if (options.run.restart != Restart::never) return;
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) {
    throw InputError({"--restart never cannot remove '" + folder.string() + "'", error.message(),
                      "Remove the folder, or give another --output."});
  }
}

}  // namespace

ClaimedOutput::ClaimedOutput(const Communicator& communicator, Interrupts& interrupts,
                             const Options& options)
    : interrupts_(interrupts), n_exceptions_(std::uncaught_exceptions()) {
  const std::vector<std::string> processes = communicator.gather(identify_process());
  ByteWriter writer;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    Options followed = options;
    followed.output.output = follow_link(options.output.output);
    make_output_folder(followed.output.output);
    lock_.emplace(followed.output.output, processes);
    check_output(followed);
    writer.put(followed.output.output.string());
    writer.put(lock_->claim().path.string());
    writer.put(lock_->claim().token);
  });
  const std::string bytes = communicator.broadcast(writer.bytes());
  ByteReader reader(bytes);
  std::string output;
  std::string lock;
  reader.get(output);
  reader.get(lock);
  reader.get(claim_.token);
  path_ = output;
  claim_.path = lock;
  if (communicator.is_root())
    interrupts_.before_sudden_end([claim = claim_] { remove_lock(claim); });
}

ClaimedOutput::~ClaimedOutput() {
  if (lock_) interrupts_.before_sudden_end(nullptr);
  // A rank that failed alone ends the others, rank 0 among them, without their help.
  if (!lock_ && std::uncaught_exceptions() > n_exceptions_) remove_lock(claim_);
}

}  // namespace csm
