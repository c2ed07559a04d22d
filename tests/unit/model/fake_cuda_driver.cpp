// A fake of NVIDIA's driver library: as many devices as CSM_FAKE_DEVICES; device N has the UUID
// NN-NN-...
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

int n_devices() {
  const char* text = std::getenv("CSM_FAKE_DEVICES");
  return text == nullptr ? 0 : std::atoi(text);
}

}  // namespace

extern "C" {

int cuInit(unsigned int) { return n_devices() == 0 ? 100 : n_devices() < 0 ? 999 : 0; }

int cuDeviceGetCount(int* count) {
  *count = n_devices();
  return 0;
}

int cuDeviceGet(int* device, int ordinal) {
  *device = 10 + ordinal;  // a handle, not the ordinal
  return ordinal < n_devices() ? 0 : 101;
}

int cuDeviceGetName(char* name, int length, int device) {
  std::snprintf(name, static_cast<std::size_t>(length), "Fake GPU %d", device - 10);
  return 0;
}

int cuDeviceGetUuid_v2(unsigned char* uuid, int device) {
  std::memset(uuid, 0xA0 + device - 10, 16);
  return 0;
}
}
