//! Sorting, compiled once.
//!
//! The sort of the standard library is compiled anew for each type, five KB each time, in a module that every VM of the proxy
//! holds. What is sorted in the engine is short, or sorted once. So what is sorted here are places, whatever stands there.

use std::cmp::Ordering;

/// The elements in order. Equal ones stay as they stood.
pub(crate) fn sorted<T>(elements: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    if elements.len() < 2 {
        return elements;
    }
    let order = order(elements.len(), &|one, other| match (elements.get(one), elements.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    let mut places: Vec<Option<T>> = elements.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| places.get_mut(at)?.take()).collect()
}

fn order(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(not(target_arch = "wasm32"))]
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn equal_elements_stay_as_they_stood() {
        let words = ["b", "a1", "c", "a2", "a3"];
        let initial = |one: &&str, other: &&str| one.get(..1).cmp(&other.get(..1));
        assert_eq!(sorted(words.to_vec(), initial), ["a1", "a2", "a3", "b", "c"]);
        assert_eq!(sorted(Vec::new(), u8::cmp), [0_u8; 0]);
        assert_eq!(sorted(vec![1], u8::cmp), [1]);
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest! {
        #[test]
        fn it_is_the_order_of_the_standard_library(elements in prop::collection::vec(any::<(u8, u16)>(), 0..100)) {
            let mut expected = elements.clone();
            expected.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(sorted(elements, |one, other| one.0.cmp(&other.0)), expected);
        }
    }
}
