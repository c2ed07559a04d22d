#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tensor_message.h"

namespace csm {

/// Why a worker gave no answer.
class WorkerFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A program that is started once and spoken to over its standard streams. Each message in either
/// direction is the line "OIP2 <bytes of the JSON> <bytes of the tensors>\n", then the JSON, then
/// the tensors. It runs in a process group of its own, which ends with this object.
class WorkerProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Starts `command` in a shell. @param environment variables that it gets besides those of this
  /// process. Errors: WorkerFault if it cannot be started.
  WorkerProcess(const std::string& command,
                const std::vector<std::pair<std::string, std::string>>& environment);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// The next message of the worker. @param largest bytes that it may have
  /// Errors: WorkerFault if it ends, is silent until the deadline, or writes anything else.
  TensorMessage receive(Deadline deadline, std::size_t largest);

  /// Sends a message. Errors: as receive.
  void send(const std::string& json, std::string_view binary, Deadline deadline);

  /// The last lines of its standard error stream; empty if it said nothing.
  std::string last_lines();

 private:
  /// One side of a pipe that is closed with its owner.
  class End {
   public:
    End() = default;
    explicit End(int descriptor) : descriptor_(descriptor) {}
    ~End() { close(); }
    End(const End&) = delete;
    End& operator=(const End&) = delete;
    End(End&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    End& operator=(End&& other) noexcept {
      std::swap(descriptor_, other.descriptor_);
      return *this;
    }
    int get() const { return descriptor_; }
    void close() noexcept;

   private:
    int descriptor_ = -1;
  };
  struct Pipe {
    End read;
    End write;
  };
  static Pipe make_pipe();

  /// Waits until the worker can take bytes (if wants_to_write), has answered bytes, or the deadline
  /// has passed, which is a WorkerFault. Reads what is there.
  void wait(bool wants_to_write, Deadline deadline);
  void read_errors();
  [[noreturn]] void fail(const std::string& problem);
  [[noreturn]] void fail_ended();
  bool has_ended(std::chrono::milliseconds patience);
  void end_group() noexcept;

  pid_t process_ = -1;
  End to_worker_;
  End from_worker_;
  End errors_;
  std::string received_;    ///< not yet taken as a message
  std::string error_text_;  ///< the end of what it wrote to its standard error stream
  bool is_closed_ = false;
  bool is_faulty_ = false;  ///< then it is not waited for
  std::optional<int> status_;
};

}  // namespace csm
