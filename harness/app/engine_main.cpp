#include <array>
#include <string>

#include "harness/app/command.hpp"

// The commands that need LibTorch. Users start `iiet-eval`, which starts this.
int main(int count, char** arguments) {
  using namespace iiet;
  const std::array<const Command*, 4> commands{&kEvalCommand, &kScoreCommand, &kGenerateCommand,
                                               &kInitCommand};
  const std::span<char*> all(arguments, static_cast<std::size_t>(count));
  if (all.size() >= 2)
    for (const Command* command : commands)
      if (command->name == all[1]) return run_command(*command, all.subspan(2));
  complain("iiet-eval-engine was started without one of its commands; start iiet-eval");
  return kUsageError;
}
