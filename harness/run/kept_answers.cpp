#include "harness/run/kept_answers.hpp"

namespace iiet {

void KeptJournal::add(std::int64_t unit, std::string_view record) {
  keep_([&] { journal_->add(unit, record); });
}

std::optional<Response> KeptStore::find(const Key& key) {
  try {
    return store_->find(key);
  } catch (const Error& error) {
    if (is_readable_) tell_(fmt::format("{}; such answers are computed", error.what()));
    is_readable_ = false;
    return std::nullopt;
  }
}

void KeptStore::add(const Key& key, const Response& response) {
  write([&] { store_->add(key, response); });
}

void KeptStore::flush() {
  write([&] { store_->flush(); });
}

void KeptStore::write(const std::function<void()>& write) {
  if (!is_writable_) return;
  try {
    write();
  } catch (const Error& error) {
    is_writable_ = false;
    tell_(fmt::format("{}; the run goes on and adds nothing to it", error.what()));
  }
}

}  // namespace iiet
