#pragma once
#include <cstddef>

// Kernels are compiled for several instruction sets and the widest one that the processor has is
// taken at start-up, so that one binary is fast everywhere. None of them contracts a * b + c, so
// all give the same bits. The sanitizers' runtime is not up yet when the choice is made, so their
// builds have one version.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CSM_VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CSM_VECTOR_CLONES
#endif
#define CSM_INLINE inline __attribute__((always_inline))
#define CSM_LAMBDA_INLINE __attribute__((always_inline))

namespace csm {

/// 16 floats that the compiler maps on the registers which the instruction set has.
using Floats = float __attribute__((vector_size(64)));
inline constexpr std::ptrdiff_t n_floats = 16;

CSM_INLINE void load(Floats& value, const float* from) {
  __builtin_memcpy(&value, from, sizeof(Floats));
}
CSM_INLINE void store(float* to, const Floats& value) {
  __builtin_memcpy(to, &value, sizeof(Floats));
}
CSM_INLINE void load(float& value, const float* from) { value = *from; }
CSM_INLINE void store(float* to, const float& value) { *to = value; }

}  // namespace csm
