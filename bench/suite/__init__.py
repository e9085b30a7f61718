"""The benchmark suite of Kanaria; `bench/bench` is its command."""
