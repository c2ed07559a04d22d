#pragma once
#include "csm/core/error.h"

namespace csm {

/// A model that runs elsewhere gave no usable answer: what is computed so far is good.
class ServiceError : public RunError {
 public:
  using RunError::RunError;
};

/// The requests of --max-requests are spent: the run stops with what it has.
class BudgetSpent : public ServiceError {
 public:
  using ServiceError::ServiceError;
};

}  // namespace csm
