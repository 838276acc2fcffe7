// Memo: what was worked out from one state of a database and holds for as long as nobody commits: one value of
// each type. Reads that come again and again look here before they ask.
//
// Kept by a Connection, which empties it. One thread.
#pragma once

#include <memory>
#include <typeindex>
#include <unordered_map>

namespace fieldsync::server::storage {

class Memo {
  public:
    // The kept value, or a new one. Good until the transaction's end; a writer's, until its next statement.
    template <class T>
    T& get() {
        std::shared_ptr<void>& kept = kept_[typeid(T)];
        if (!kept) kept = std::make_shared<T>();
        return *static_cast<T*>(kept.get());
    }
    void clear() { kept_.clear(); }

  private:
    std::unordered_map<std::type_index, std::shared_ptr<void>> kept_;
};

}  // namespace fieldsync::server::storage
