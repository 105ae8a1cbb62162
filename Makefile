# Everything a developer does, in one place. Needs only python3 (3.11+, with venv) and make.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# What only looks at the API documents lives apart: its versions do not bind ours, and few need its 300 MB.
CONTRACTS := .venv/contracts
T ?=
ROW ?=
# The whole suite on two workers, each with a PostgreSQL of its own; a part of it runs faster on one.
ALL := -n 2 --dist worksteal
# Every process the tests start imports the same files; compile each once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo test processes check fuzz long bench client rehearsal rows format lock openapi lint-api clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) ## 启动数据库和五个进程 · Start PostgreSQL and the five processes; Ctrl-C ends them
	@exec $(BIN)/python -m wushe up

demo: $(READY) ## 演示全周期 · Play the whole lifecycle; succeeds only if every step arrives
	@$(BIN)/python -m wushe demo

test: $(READY) ## 运行测试 · Run the tests; T=tests/needs narrows them
	$(BIN)/python -m pytest $(if $(T),$(T),$(ALL))

processes: $(READY) ## 起停真实进程的测试 · The tests that start whole processes and kill them
	$(BIN)/python -m pytest -m "processes and not long" $(ALL) $(T)

long: $(READY) ## 久的测试，约二十分钟 · The tests that take minutes, with the figures they find; T narrows them
	$(BIN)/python -m pytest -m long $(T)

bench: $(READY) ## 测速，八分钟 · Measure against the goals, with Debian's wrk and nginx; ROW=6 narrows it
	@dpkg-query -W $(LOAD) >/dev/null 2>&1 || test "$$(id -u)" != 0 || { apt-get update -qq && $(INSTALL) $(LOAD); }
	@$(BIN)/python -m bench $(ROW)

LOAD = wrk nginx-light

check: $(READY) ## 提交前必过 · Format, lint, types, import boundaries, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python -m pytest --collect-only -q >/dev/null || true  # compiled once, not by each worker; the next line judges
	$(BIN)/python -m pytest -m "processes and not long" $(ALL)
	$(BIN)/python -m pytest $(ALL)
	$(BIN)/python -m pytest -q -m fuzz tests/fuzz -k in_short

fuzz: $(READY) ## 用随机请求试整个接口 · Generated requests to the whole API, for long; FUZZ_SEED= plays one again
	$(BIN)/python -m pytest -q -m fuzz tests/fuzz -k at_length

rehearsal: $(READY) ## 部署演练 · Play compose.yaml on Debian's PostgreSQL, and whatever else needs Debian's programs
	@dpkg-query -W $(DEBIAN) >/dev/null 2>&1 || test "$$(id -u)" != 0 || { apt-get update -qq && $(INSTALL) $(DEBIAN); }
	@dpkg-query -W $(DEBIAN) >/dev/null || { echo "请先安装 · install first: apt-get install $(DEBIAN)"; exit 1; }
	$(BIN)/python -m pytest -m debian

DEBIAN = postgresql chromium fonts-noto-cjk
INSTALL = DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends

rows: $(READY) ## 九十二个系统的进度 · The 92 systems of the articles: proven, or what each waits for
	@$(BIN)/python -m tests.system.rows

format: $(READY) ## 整理代码 · Rewrite the code in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

openapi: $(READY) ## 写出接口文档与参考页 · Write openapi/ and the pages of docs/ printed from the code
	$(BIN)/python -m wushe openapi
	$(BIN)/python -m wushe docs

lint-api: $(CONTRACTS)/.ready ## 检查接口文档 · Lint every API document; no error, no warning
	@REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(CONTRACTS)/bin/node \
	    $(CONTRACTS)/node_modules/@redocly/cli/bin/cli.js lint --config openapi/redocly.yaml --max-problems 1000 $(DOCUMENTS)
	@echo "✓ $(words $(DOCUMENTS)) 份接口文档 · API documents"

DOCUMENTS = $(patsubst %,openapi/%.json,needs projects resources evaluation gateway merged)

client: $(READY) $(CONTRACTS)/.ready ## 用生成的客户端演示 · Generate a Python client and play the lifecycle with it
	$(BIN)/python -m pytest -m client tests/contracts/test_generated.py

lock: $(READY) $(CONTRACTS)/.ready ## 锁定依赖 · Resolve pyproject.toml into hash-locked requirements, naming no registry
	$(BIN)/uv pip compile $(LOCK) -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) -o requirements/dev.txt pyproject.toml --group dev -c requirements/run.txt
	$(BIN)/uv pip compile $(LOCK) -o requirements/contracts.txt --group contracts
	cd requirements && ../$(CONTRACTS)/bin/npm install --silent --package-lock-only --ignore-scripts --no-audit --no-fund

LOCK = --quiet --system-certs --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
       --no-header --custom-compile-command "make lock"

clean: ## 删除环境和缓存 · Forget the virtual environment and every cache
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): requirements/dev.txt
	@echo "首次准备环境，约一分钟 · preparing the environment once, about a minute"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 · Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@echo "  1/2 .venv"
	@$(PYTHON) -m venv .venv
	@echo "  2/2 依赖 · dependencies ($$(grep -c '==' requirements/dev.txt))"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

$(CONTRACTS)/.ready: requirements/contracts.txt requirements/package-lock.json
	@echo "准备检查接口文档的工具 · preparing the tools that look at the API documents"
	@$(PYTHON) -m venv $(CONTRACTS)
	@$(CONTRACTS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/contracts.txt
	@cp requirements/package.json requirements/package-lock.json $(CONTRACTS)
	@cd $(CONTRACTS) && bin/npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
