//! Policy text to bundle.
