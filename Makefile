# The commands that people and the build service use. See README.md.
SWIFT ?= swift
# No more tests at once than processors: a test that waits for its turn must not use up its limit.
WIDTH := --experimental-maximum-parallelization-width $(shell nproc)
POST_QUANTUM := --traits PostQuantum --scratch-path .build-pq
# Programs as they are shipped, and those that the gates need, in a folder of their own, so that tests
# of the other build may run meanwhile.
SHIPPED := .build-shipped
PRODUCTS := kanaria kanariad kanaria-deadline kanaria-inspector kanaria-notifier kanaria-attack kanaria-load
# Minutes that `make bench` takes, about.
BUDGET ?= 45
FORMATTED := Sources Tests bench Package.swift

.PHONY: all test test-post-quantum build-post-quantum lint build build-shipped gates package demo bench dependencies clean

all: build

# Everything that must hold before a change is taken, on a machine with Swift, git and make.
test: dependencies lint
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build $(WIDTH) --skip GuardTests
	# Apart and one by one: attacks race with the guard for the processors. What these leave idle, and
	# only that, makes the next builds.
	chrt --idle 0 $(MAKE) build-post-quantum build-shipped > .build/meanwhile.log 2>&1 & built=$$!; \
	$(SWIFT) test --skip-build --experimental-maximum-parallelization-width 1 --filter GuardTests \
		|| { kill $$built; exit 1; }; \
	wait $$built || { cat .build/meanwhile.log; exit 1; }
	$(MAKE) test-post-quantum
	packaging/install-dependencies package
	packaging/test-deb --programs $(SHIPPED)/release
	$(MAKE) gates

# The seal with post-quantum keys, in a folder of its own; see docs/seal.md.
test-post-quantum: build-post-quantum
	KANARIA_PART=seal $(SWIFT) test $(POST_QUANTUM) --skip-build $(WIDTH) \
		--filter 'AgeTests|CommandsTests.PostQuantumTests'

build-post-quantum: dependencies
	KANARIA_PART=seal $(SWIFT) build $(POST_QUANTUM) --build-tests

lint:
	$(SWIFT) format lint --strict --recursive --parallel --configuration .swift-format $(FORMATTED)

# The Swift runtime goes into the programs; what Debian keeps safe stays in its libraries.
build: dependencies
	$(SWIFT) build --configuration release --static-swift-stdlib

build-shipped: dependencies
	for product in $(PRODUCTS); do \
		$(SWIFT) build --configuration release --static-swift-stdlib --scratch-path $(SHIPPED) \
			--product $$product || exit 1; \
	done

# Counts that the release build must keep, whose limits are in bench/gates.json.
gates: build-shipped
	KANARIA_BIN=$(SHIPPED)/release bench/bench gates

# The Debian package, in .build/deb.
package:
	packaging/install-dependencies package
	packaging/build-deb

# An attack on a folder of its own, and what the guard makes of it.
demo: dependencies
	$(SWIFT) build
	bench/demo.sh

# All benchmarks within BUDGET minutes, and a page about them; best as root. See docs/benchmarks.md.
bench: build
	mkdir -p .build/bench
	bench/bench run all --budget $(BUDGET) --json .build/bench/results.json
	bench/bench report .build/bench/results.json --html .build/bench/report.html \
		--markdown .build/bench/report.md
	@echo "see .build/bench/report.html"

dependencies:
	packaging/install-dependencies

clean:
	$(SWIFT) package clean
