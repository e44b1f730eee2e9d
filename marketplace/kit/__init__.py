"""Ground for every package; knows nothing of shops, orders or villages."""
