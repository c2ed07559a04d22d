#include "cuda_driver.h"

#include <dlfcn.h>

#include <array>
#include <string>

#include "csm/core/sizes.h"

namespace csm {
namespace {

// The few declarations of NVIDIA's cuda.h that are used here; they are part of the driver's binary
// interface.
using CuResult = int;
using CuDevice = int;
struct CuUuid {
  std::array<unsigned char, 16> bytes;
};
constexpr CuResult cuda_success = 0;
constexpr CuResult cuda_error_no_device = 100;

using InitFunction = CuResult (*)(unsigned int flags);
using GetCountFunction = CuResult (*)(int* count);
using GetFunction = CuResult (*)(CuDevice* device, int ordinal);
using GetNameFunction = CuResult (*)(char* name, int length, CuDevice device);
using GetUuidFunction = CuResult (*)(CuUuid* uuid, CuDevice device);

template <class Function>
Function find_function(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

/// 8-4-4-4-12 hexadecimal digits.
std::string uuid_text(const CuUuid& uuid) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[uuid.bytes[i] >> 4U];
    text += digits[uuid.bytes[i] & 15U];
  }
  return text;
}

}  // namespace

std::optional<std::vector<CudaDevice>> ask_cuda_driver(const char* library) {
  // Never closed: LibTorch uses the same library, and the driver has threads of its own once it is
  // initialised.
  void* driver = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (driver == nullptr) return std::nullopt;
  const auto init = find_function<InitFunction>(driver, "cuInit");
  const auto get_count = find_function<GetCountFunction>(driver, "cuDeviceGetCount");
  const auto get = find_function<GetFunction>(driver, "cuDeviceGet");
  const auto get_name = find_function<GetNameFunction>(driver, "cuDeviceGetName");
  // The first version gives the UUID of the whole GPU for each of its MIG instances, the second
  // that of the instance.
  auto get_uuid = find_function<GetUuidFunction>(driver, "cuDeviceGetUuid_v2");
  if (get_uuid == nullptr) get_uuid = find_function<GetUuidFunction>(driver, "cuDeviceGetUuid");
  if (init == nullptr || get_count == nullptr || get == nullptr || get_name == nullptr)
    return std::nullopt;

  // No device is an answer; a driver that does not start is none.
  const CuResult started = init(0);
  if (started == cuda_error_no_device) return std::vector<CudaDevice>{};
  int n_devices = 0;
  if (started != cuda_success || get_count(&n_devices) != cuda_success) return std::nullopt;

  // What is not told stays empty.
  std::vector<CudaDevice> devices(n_devices);
  for (int ordinal = 0; ordinal < n_devices; ++ordinal) {
    CudaDevice& found = devices[ordinal];
    CuDevice device = 0;
    std::array<char, 256> name{};
    CuUuid uuid{};
    if (get(&device, ordinal) != cuda_success) continue;
    if (get_name(name.data(), int_size(name) - 1, device) == cuda_success) found.name = name.data();
    if (get_uuid != nullptr && get_uuid(&uuid, device) == cuda_success)
      found.uuid = uuid_text(uuid);
  }
  return devices;
}

}  // namespace csm
