# The only door: every target is one line over tools/boot.py, which sets .venv up first.
PYTHON ?= python3
BOOT = $(PYTHON) tools/boot.py

.DEFAULT_GOAL := help
.PHONY: help demo test check fix endurance bench spark docs lock clean

help:  ## say what can be done here
	@grep -hE '^[a-z]+: .*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/'

demo:  ## load the demonstration and serve it on http://localhost:8000 (PORT=… for another port)
	@$(BOOT) demo

test:  ## check everything and run every test, on SQLite then on PostgreSQL
	@$(BOOT) test

check:  ## the static checks alone: style, types, imports, templates
	@$(BOOT) check

fix:  ## format the code and mend what can be mended automatically
	@$(BOOT) fix

endurance:  ## the long runs, on both databases: properties, matrices, races and kills at their full counts
	@$(BOOT) endurance

bench:  ## measure speed and memory against named peers (docs/benchmarks.md)
	@$(BOOT) bench

spark:  ## test the portfolio on a Spark cluster made on this machine (Java 17 or later)
	@$(BOOT) spark

docs:  ## write docs/reference/generated/ again from the product itself
	@$(BOOT) docs

lock:  ## pin the requirements again, with their hashes
	@$(BOOT) lock

clean:  ## remove .venv and the caches
	@$(BOOT) clean
