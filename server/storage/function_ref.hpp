// A view of something callable, for parameters that are called before the function returns: two words, no
// allocation. It owns nothing; never store one.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace fieldsync::server::storage {

template <class Signature>
class FunctionRef;

template <class R, class... Args>
class FunctionRef<R(Args...)> {
  public:
    template <class F, class = std::enable_if_t<!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> &&
                                                std::is_invocable_r_v<R, F&, Args...>>>
    FunctionRef(F&& callable) noexcept {
        using Callable = std::remove_reference_t<F>;
        if constexpr (std::is_function_v<Callable>) {
            target_.function = reinterpret_cast<void (*)()>(&callable);
            call_ = [](Target target, Args... args) -> R {
                return std::invoke(*reinterpret_cast<Callable*>(target.function),
                                   std::forward<Args>(args)...);
            };
        } else {
            target_.object = std::addressof(callable);
            call_ = [](Target target, Args... args) -> R {
                // The object was const or not as Callable says; only the address went through const void*.
                return std::invoke(*static_cast<Callable*>(const_cast<void*>(target.object)),
                                   std::forward<Args>(args)...);
            };
        }
    }

    R operator()(Args... args) const { return call_(target_, std::forward<Args>(args)...); }

  private:
    union Target {
        const void* object;
        void (*function)();
    };

    Target target_{};
    R (*call_)(Target, Args...) = nullptr;
};

}  // namespace fieldsync::server::storage
