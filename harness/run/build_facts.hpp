#pragma once

namespace iiet {

/// What the program was built from, and how; fixed when it was built.
struct BuildFacts {
  const char* version;
  const char* commit;  // null: not built from a git checkout
  bool dirty;          // the checkout differed from the commit
  const char* type;
  const char* compiler;
  const char* flags;
};
extern const BuildFacts kBuildFacts;

}  // namespace iiet
