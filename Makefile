# Diffusion by Hand. `make help` lists what can be asked for.
#
# Results of the chapters' own settings go to data/ and figures/, which are committed; with ARGS="…" they go to
# out/, so that an experiment never touches them.

CHAPTERS := $(shell sh Tools/chapters.sh)
BIN      := .build/release
STAMPS   := .build/stamps
DATA     := data
FIGURES  := figures
ARGS     :=
OUT      := out

ifeq ($(strip $(OUT)),)
$(error OUT needs the name of a folder)
endif

.DELETE_ON_ERROR:
.SECONDEXPANSION:
.DEFAULT_GOAL := help

CHAPTER_TARGETS := $(CHAPTERS:%=chapter%)
SOURCES := Package.swift $(filter-out Sources/ddpm/% Sources/weave/% Sources/bind/%,$(shell find Sources -name "*.swift" 2> /dev/null))

comma := ,
empty :=
WEAVE := $(BIN)/weave --book $(subst $(empty) $(empty),$(comma),$(strip $(CHAPTERS)))

DRAW_TARGETS := $(CHAPTERS:%=draw-chapter%)
.PHONY: help rooms new-chapter $(CHAPTER_TARGETS) $(DRAW_TARGETS) figures build readme train first-steps judge flow test exercises sanitize \
  lint format verify same-bits torture accuracy diffusers \
  wasm bench mnist gnuplot refuse-args burn clean book check-book pandoc docs serve-docs check-docs play play-test

help: ## list the targets
	@awk -F ':.*## ' '/^[^\t#]*:.*## / { n = $$1; sub(/^\$$\(CHAPTER_TARGETS\)/, "chapterN", n); \
	  printf "  make %-12s %s\n", n, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo 'Options: ARGS="--quick" for a chapter (its results go to out/; OUT=folder for another), MNIST_URL=… for mnist.'

# The files that chapter N makes: its data, its figures and its page.
made = { sh Tools/files.sh $(1); echo Chapters/Chapter$(1)/README.md; }

# --- Chapters and figures ---------------------------------------------------------------------------------------

$(CHAPTER_TARGETS): build gnuplot ## run chapter N: its page in the terminal, its figures drawn (ARGS="--help")
ifeq ($(strip $(ARGS))$(filter command%,$(origin OUT)),)
	@$(BIN)/$@
	@$(MAKE) --no-print-directory draw-$@
	@$(WEAVE) $(@:chapter%=%)
	@mkdir -p $(STAMPS) && $(call made,$(@:chapter%=%)) > $(STAMPS)/$@
else ifneq ($(filter --out%,$(ARGS)),)
	@echo 'make: name the folder with OUT=folder, not with --out in ARGS' >&2; exit 2
else
	@case "$$(cd "$(OUT)" 2> /dev/null && pwd -P)" in "$$(pwd -P)" | "$$(pwd -P)"/data | "$$(pwd -P)"/figures) \
	  echo 'make: OUT=$(OUT): expected a folder without committed results; by default it is out' >&2; exit 2;; esac
	@touch .build/begun-$@
	@$(BIN)/$@ --out "$(OUT)/$@" $(ARGS)
	@if [ "$(OUT)/$@/record.csv" -nt .build/begun-$@ ]; then \
	  $(MAKE) --no-print-directory draw-$@ DATA="$(OUT)" FIGURES="$(OUT)/figures"; fi
endif

# A stamp lists what was made; where a file of the list is gone, so is the stamp.
$(foreach stamp,$(wildcard $(CHAPTERS:%=$(STAMPS)/chapter%)),$(shell \
  while read -r file; do test -f "$$file" || rm -f $(stamp); done < $(stamp)))

chapter%:
	@echo 'make: the chapters are $(CHAPTER_TARGETS)' >&2; exit 2

figures: $(CHAPTER_TARGETS:%=$(STAMPS)/%) ## make every result and every figure that is not up to date

$(STAMPS)/chapter%: $(SOURCES) $$(wildcard Chapters/Chapter$$*/*.swift Chapters/Chapter$$*/figures/*.gp) Chapters/style.gp \
  | build gnuplot
	@mkdir -p $(@D) && touch $@.begun
	@$(BIN)/chapter$* > /dev/null
	@$(MAKE) --no-print-directory draw-chapter$*
	@$(WEAVE) $*
	@$(call made,$*) > $@ && touch -r $@.begun $@ && rm $@.begun

# A script draws one figure: PNG, SVG too where it says `line art`, a GIF where it says `animation`. A person's own
# settings of gnuplot are left out (-d). Elsewhere than in figures/ and out/figures/ only what was drawn there before is replaced.
$(DRAW_TARGETS): draw-chapter%:
	@mkdir -p "$(FIGURES)" .build
	@for figure in $$(sh Tools/files.sh $* | sed -n 's,^figures/,,p'); do \
	  name=$${figure%.*}; new="$(FIGURES)/.new-$$figure"; \
	  if [ '$(FIGURES)' != figures ] && [ '$(FIGURES)' != out/figures ] && [ -e "$(FIGURES)/$$figure" ] \
	    && ! grep -qxF "$$figure" "$(FIGURES)/.drawn" 2> /dev/null; then \
	    echo "make: $(FIGURES)/$$figure: expected no file of somebody's own" >&2; exit 2; \
	  fi; \
	  gnuplot -d -e "data='$(DATA)/chapter$*'; format='$${figure##*.}'; picture='$$new'" Chapters/Chapter$*/figures/$$name.gp \
	    2> .build/gnuplot.txt || { cat .build/gnuplot.txt >&2; rm -f "$$new"; exit 1; }; \
	  if [ '$(FIGURES)' != figures ]; then echo "$$figure" >> "$(FIGURES)/.drawn"; fi; \
	  mv "$$new" "$(FIGURES)/$$figure" || exit 1; \
	done; echo "chapter $*: figures in $(FIGURES)"

readme: build ## weave the table of chapters into README.md, and the pages of the ledger and the literature
	@$(WEAVE) --readme

build:
	@test -x $(BIN)/weave || echo 'building: about a minute, this once' >&2
	@swift build -c release --quiet

gnuplot:
	@command -v gnuplot > /dev/null || sh Tools/install.sh gnuplot gnuplot-nox

# --- The book and the API reference -----------------------------------------------------------------------------

BOOK    := $(OUT)/book
DOCS    := .build/docs
MODULES := Deterministic Threads Statistics Diffusion Samples Files Formats Datasets Kernels Tensors Networks Denoisers Models \
  Training Evaluation Console Notebook
PORT    := 8000

book: pandoc ## make one HTML book of all chapters, out/book/index.html, to be read without a network
	@sh Tools/book.sh "$(BOOK)" $(CHAPTERS)

check-book: book ## make it and check every link and picture, and with Chromium, where it is installed, every page
	@python3 -B Tests/BookTests/test_book.py --quiet 2> .build/book-tests.txt || { cat .build/book-tests.txt >&2; exit 1; }
	@python3 -B Tools/check-book.py "$(BOOK)" $(CHAPTERS)

pandoc:
	@command -v pandoc > /dev/null || sh Tools/install.sh pandoc

docs: build ## make the API reference of the modules with DocC
	@sh Tools/docs.sh $(DOCS) $(MODULES)

serve-docs: docs ## make it and show it on http://localhost:8000 (PORT=… for another)
	@echo 'http://localhost:$(PORT)/documentation/ (Ctrl-C ends it)'
	@python3 -m http.server --bind 127.0.0.1 --directory $(DOCS) $(PORT) > /dev/null 2>&1

check-docs: docs ## make it and check every link, and with Chromium, where it is installed, the page of each module
	@python3 -B Tools/check-docs.py $(DOCS) $(MODULES)

rooms: ## draw the modules and what they depend on again, figures/rooms.svg (needs Graphviz)
	@python3 -B Tools/rooms.py --draw

new-chapter: ## begin chapter N (N=17 TITLE="…"): its folder, its exercises' solutions, its line in Package.swift
	@sh Tools/new-chapter.sh '$(N)' '$(subst ','"'"',$(TITLE))'

# --- A model of MNIST: half an hour ---------------------------------------------------------------------------------

MNIST_MODEL := out/models/mnist
TRAINING    := $(BIN)/ddpm train --dataset mnist --epochs 20

train: refuse-args build ## train the committed model again, in half an hour (going on where that was interrupted), and compare it
	@$(TRAINING) --keep 1,2,3,5,10,20 --model $(MNIST_MODEL) \
	  $(if $(wildcard $(MNIST_MODEL)/training/checkpoint.safetensors),--resume)
	@$(BIN)/ddpm bound --model $(MNIST_MODEL)
	@cd data/models/mnist && for file in *.csv *.json */*; do \
	  cmp "$$file" "$(CURDIR)/$(MNIST_MODEL)/$$file" || exit 1; done; echo '$(MNIST_MODEL): the bytes of data/models/mnist'

refuse-args:
	@test -z '$(strip $(ARGS))' || { echo 'make: ARGS: this target has no options; .build/release/ddpm --help lists those that there are' >&2; exit 2; }

first-steps: build ## train the committed model's first ten steps again and compare the weights' hash
	@rm -rf .build/first-steps
	@$(TRAINING) --steps 10 --model .build/first-steps
	@cd .build/first-steps && sha256sum -c "$(CURDIR)/data/models/first-steps.sha256"

judge: build ## train the judge and let it judge that model: twelve minutes after `make train`
	@$(BIN)/ddpm judge --model $(MNIST_MODEL) --out out/judge $(ARGS)
ifeq ($(filter-out --also%,$(firstword $(ARGS))),)
	@cmp out/judge/lenet.safetensors data/models/judge/lenet.safetensors
	@head -n 3 data/results/judge/judged.csv > .build/judged.csv; head -n 3 out/judge/judged.csv | cmp - .build/judged.csv
	@cd data/results/judge && for file in epochs.csv nearest.csv nearest.pgm; do \
	  cmp "$$file" "$(CURDIR)/out/judge/$$file" || exit 1; done; echo 'out/judge: the bytes of data/results/judge'
endif

flow: refuse-args build ## measure the committed model's probability flow, by that judge and by likelihood (needs MNIST): ten minutes
	@$(BIN)/ddpm likelihood --model data/models/mnist --out out/flow
	@cd data/results/flow && for file in *.csv; do \
	  cmp "$$file" "$(CURDIR)/out/flow/$$file" || exit 1; done; echo 'out/flow: the bytes of data/results/flow'

# --- Checks -----------------------------------------------------------------------------------------------------

test: build ## check that every page follows from its source and record, and run the test suite
	@$(WEAVE) --check --readme $(CHAPTERS)
	@echo 'every page follows from its source and its record'
	@sh Tools/races.sh
	@echo 'building and running the tests: five minutes or so' >&2
	@rm -f .build/test.txt
	@swift test -c release --disable-testable-imports --disable-xctest > .build/test.txt 2>&1 \
	  || { grep -E '✘|error:|fatal|unexpected' .build/test.txt; echo 'the whole story: .build/test.txt'; exit 1; }
	@tail -n 1 .build/test.txt

exercises: ## run the solutions of the chapters' exercises, which are tests (ARGS=Chapter3 for those of one chapter)
	@swift test -c release --disable-testable-imports --disable-xctest --filter 'ExerciseTests.*$(ARGS)'

lint: ## check the format of the sources, the rules of ARCHITECTURE.md, and what the pages show and explain
	swift format lint --strict --recursive Package.swift Sources Chapters Tests Benchmarks Play
	@sh Tools/lint.sh --self-test
	@sh Tools/lint.sh
	@python3 -B Tools/rooms.py --check
	@python3 -B Tools/pages.py $(CHAPTERS)

format: ## format the sources
	swift format --in-place --recursive Package.swift Sources Chapters Tests Benchmarks Play

verify: build ## make data/ again, in release and debug, on 1 to 8 threads, and compare every byte (ARGS=--short, part of it)
	@sh Tools/verify.sh $(ARGS) $(CHAPTERS)

same-bits: ## hash ten training steps in builds for several processors, formulas and kernels on an emulated AArch64 (ARGS=--chapters, data/ too)
	@sh Tools/same-bits.sh $(ARGS)

torture: ## damage files by the million, fail calls, kill processes, misuse options: 15 minutes (ARGS=--quick, a minute)
	@sh Tools/torture.sh $(ARGS)

accuracy: ## measure exp, log, sin and the others on a million arguments each
	@python3 -m venv .build/venv && .build/venv/bin/pip install --quiet gmpy2==2.3.2
	.build/venv/bin/python Tests/DeterministicTests/Fixtures/reference.py .build/accuracy 1000000
	@ACCURACY_DIR="$(CURDIR)/.build/accuracy" swift test -c release --disable-testable-imports --disable-xctest \
	  --filter DeterministicTests.AccuracyTests > .build/accuracy.txt 2>&1 \
	  || { grep -E '✘|error:' .build/accuracy.txt; exit 1; }
	@grep ' ulp ' .build/accuracy.txt

diffusers: ## have Hugging Face diffusers open models that this project writes, and compare predictions
	@python3 -m venv .build/bench-venv && $(BENCH_PYTHON) -m pip install --quiet -r Benchmarks/requirements.txt
	@rm -rf .build/diffusers
	@DIFFUSERS_DIR="$(CURDIR)/.build/diffusers" swift test -c release --disable-testable-imports --disable-xctest \
	  --filter TrainingTests.DiffusionModelTests > .build/diffusers.txt 2>&1 \
	  || { grep -E '✘|error:' .build/diffusers.txt; exit 1; }
	@$(BENCH_PYTHON) Tests/TrainingTests/Fixtures/diffusers_model.py open .build/diffusers

sanitize: ## run tests and chapters under the address and the thread sanitizer: an hour (ARGS="address 'KernelsTests|TensorsTests'" for part of it)
	@sh Tools/sanitize.sh $(ARGS)

wasm: ## compile Deterministic and Diffusion as Embedded Swift for WebAssembly
	@sh Tools/wasm.sh

# --- The page with sliders ----------------------------------------------------------------------------------------

PLAY := figures/play/index.html

play: $(if $(shell command -v wasm-ld),$(PLAY)) ## make the page with sliders, one file, and open it
	@command -v wasm-ld > /dev/null || echo 'no wasm-ld in this toolchain: the page is as it was committed' >&2
	@echo '$(PLAY)'
	@if [ -t 1 ]; then \
	  for opener in open xdg-open; do if command -v $$opener > /dev/null; then $$opener $(PLAY); break; fi; done; fi

$(PLAY): $(wildcard Play/* Sources/bind/*.swift data/models/mnist/unet/*) data/chapter6/frames.pgm \
  .build/play/page.wasm .build/play/network.wasm | build
	@mkdir -p $(@D) && $(BIN)/bind .build/play $@

sources_of = $(shell find $(1:%=Sources/%) -name "*.swift" 2> /dev/null)
FORMULAS := $(call sources_of,Deterministic Diffusion Samples) Tools/play.sh

.build/play/page.wasm: $(FORMULAS) $(wildcard Play/*.swift)
	@sh Tools/play.sh page

.build/play/network.wasm: $(FORMULAS) $(wildcard Play/Network/*.swift Sources/Prefetch/*) \
  $(call sources_of,Threads Kernels Tensors Networks Denoisers)
	@echo 'compiling the network for the page: a minute or two, this once' >&2
	@sh Tools/play.sh network

play-test: play ## move its sliders in headless Chromium and compare what it shows with the chapters
	@sh Tools/play-test.sh

# --- Speed ------------------------------------------------------------------------------------------------------

BENCH_PYTHON := .build/bench-venv/bin/python
RESULTS := $(if $(strip $(ARGS)),$(OUT)/bench.md,Benchmarks/RESULTS.md)

bench: ## measure the kernels, and engine, training and sampling beside PyTorch, on an idle machine (ARGS="--quick")
	@python3 -m venv .build/bench-venv && $(BENCH_PYTHON) -m pip install --quiet -r Benchmarks/requirements.txt
	@swift build --package-path Benchmarks -c release --quiet --product kernel-speed
	@swift build --package-path Benchmarks -c release --quiet --product engine
	@swift build -c release --quiet --product ddpm
	@mkdir -p "$(dir $(RESULTS))"
	@if [ -e "$(RESULTS)" ] && ! grep -q '^Made by `make bench`' "$(RESULTS)"; then \
	  echo 'make: $(RESULTS): expected no file of somebody'"'"'s own' >&2; exit 2; fi
	@{ printf '# Results\n\nMade by `make bench`; [README.md](README.md) says how to read them.\n\n'; \
	  swift --version 2> /dev/null | head -n 1; printf '\n## The kernels\n\n'; \
	  Benchmarks/.build/release/kernel-speed && \
	  if [ "$$(uname -m)" = x86_64 ]; then \
	    printf '\n## The kernels, compiled for AVX2 (x86-64-v3)\n\n' && \
	    KERNELS_MARCH=x86-64-v3 swift build --package-path Benchmarks --scratch-path Benchmarks/.build/v3 -c release \
	      --quiet --product kernel-speed && Benchmarks/.build/v3/release/kernel-speed; fi && \
	  printf '\n## The engine and PyTorch\n\n' && \
	  $(BENCH_PYTHON) Benchmarks/compare.py $(ARGS) && \
	  printf '\n## A whole training\n\n' && \
	  $(BENCH_PYTHON) Benchmarks/compare_training.py $(filter --quick,$(ARGS)) && \
	  printf '\n## Sampling digits\n\n' && \
	  $(BENCH_PYTHON) Benchmarks/compare_sampling.py $(filter --quick,$(ARGS)) && \
	  printf '\n## The same bits\n\n' && \
	  $(BENCH_PYTHON) -B Benchmarks/compare_bits.py; } > "$(RESULTS).new"
	@mv "$(RESULTS).new" "$(RESULTS)" && echo "$(RESULTS)"

# --- Data -------------------------------------------------------------------------------------------------------

mnist: ## fetch MNIST, check it and put it into data/mnist (or MNIST_DIR)
	@sh Tools/mnist.sh

# --- Tidying ----------------------------------------------------------------------------------------------------

burn: ## delete every result and figure that the chapters can make again, and nothing else
	@for chapter in $(CHAPTERS); do \
	  sh Tools/files.sh $$chapter | while read -r file; do rm -f "$$file"; done; \
	  if [ -d data/chapter$$chapter ] && ! rmdir data/chapter$$chapter 2> /dev/null; then \
	    echo "data/chapter$$chapter: left there, with files that no chapter makes" >&2; fi; \
	done; rm -rf $(STAMPS)

clean: ## delete what the tools built, and nothing else
	@sh Tools/replace.sh --remove "$(BOOK)"
	rm -rf .build Benchmarks/.build
