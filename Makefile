# Everything works as root and as anyone else, and without Docker. JDK 21 or newer is found by scripts/find-jdk.sh.

SHELL := /bin/sh
MAVEN = JAVA_HOME="$$(scripts/find-jdk.sh)" && export JAVA_HOME && ./mvnw -B -ntp
APPLICATION := target/quarkus-app/quarkus-run.jar
DEMO := target/test-classes/ai/ultrathink/understudy/demo/MarketReplay.class

# Warnings, failures and what the service says; not each of Maven's steps. (-q would hide the compiler's warnings, which fail
# the build.)
LOG := -Dorg.slf4j.simpleLogger.log
QUIET := $(LOG).org.apache.maven=warn $(LOG).org.codehaus.plexus=warn $(LOG).io.quarkus=warn $(LOG).com.diffplug=warn $(LOG).org.codehaus.mojo=warn $(LOG).org.cyclonedx=warn
COUNTED := $(QUIET) $(LOG).org.apache.maven.plugin.surefire=info $(LOG).org.apache.maven.plugin.failsafe=info

.DEFAULT_GOAL := help
.PHONY: help demo test faults simulate run dev package native native-test python-test python-wheel bench bench-curve jmh soak rules pictures licences\
	tables format check compile warnings clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-12s %s\n' "$$name" "$$text"; done

demo: $(DEMO) ## package, then replay a market against the service
	@scripts/demo.sh

# Without the tests, which would take a minute.
$(DEMO): $(APPLICATION) $(shell find demo src/test/java/ai/ultrathink/understudy/testkit -name '*.java')
	@$(MAVEN) $(QUIET) compiler:testCompile@demo
	@touch $@

test: ## run every gate and every test (./mvnw verify)
	@$(MAVEN) $(COUNTED) verify

# FAULTS picks by parts of their names: make faults FAULTS="hangs NaN"
faults: $(APPLICATION) compile ## break things on purpose, print held or BROKEN for each, and write docs/faults.md
	@scripts/tool.sh faults.Faults $$FAULTS

# SIMULATIONS picks by parts of their names: make simulate SIMULATIONS="A/A drift"
simulate: compile ## evaluate simulated traffic thousands of times, and write docs/simulation.md
	@TOOL_GC=-XX:+UseParallelGC scripts/tool.sh simulation.Simulation $$SIMULATIONS

run: $(APPLICATION) ## run the packaged service, with its own PostgreSQL unless DATABASE_URL is set
	@scripts/run.sh

dev: ## run from the sources, with live reload
	@$(MAVEN) $(QUIET) quarkus:dev -Dquarkus.analytics.disabled=true

package: ## build target/quarkus-app without running tests
	@$(MAVEN) $(QUIET) -Dmaven.test.skip=true package

native: ## build the native executable, with GraalVM or Mandrel for JDK 25 in GRAALVM_HOME, otherwise in a container
	@$(MAVEN) $(QUIET) -Dnative -Dmaven.test.skip=true package

native-test: $(APPLICATION) ## build the native executable and run the tests of the packaged service against it
	@$(MAVEN) $(COUNTED) -Dnative -Dtest=none verify

# PYTEST is for pytest: make python-test PYTEST="-k retries". scripts/python.sh says what it needs.
python-test: $(APPLICATION) ## check the Python client, and test it against the packaged service
	@scripts/python.sh test $(PYTEST)

python-wheel: ## build the Python client's wheel in target/python-dist
	@scripts/python.sh wheel

$(APPLICATION): pom.xml $(shell find src/main -type f)
	@echo "Packaging (the first time this downloads the libraries, libtorch among them)"
	@$(MAVEN) $(QUIET) -Dmaven.test.skip=true package
	@touch $@

bench: $(APPLICATION) ## measure the service and a FastAPI peer with wrk, then bench-curve, and write docs/benchmarks.md (25 minutes)
	@bench/run.sh
	@bench/curve.sh

bench-curve: $(APPLICATION) ## measure what callers wait over the rate of requests, and write that part of docs/benchmarks.md (10 minutes)
	@bench/curve.sh

jmh: ## run the microbenchmarks of bench/jmh (four minutes)
	@bench/jmh.sh

soak: $(APPLICATION) ## measure the memory over an hour at half of the saturation (an hour, 15 GB)
	@bench/soak.sh

rules: ## derive deploy/monitoring/prometheusrule.yaml from rules.yaml
	@scripts/rules.sh

pictures: $(APPLICATION) $(DEMO) compile ## draw docs/pictures: the dashboards of a real run, and the console after the demo (ten minutes)
	@scripts/tool.sh monitoring.Pictures
	@scripts/console-pictures.sh

licences: ## write THIRD-PARTY.md from the bill of materials
	@$(MAVEN) $(QUIET) verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=ThirdPartyIT -Dunderstudy.write=true

# AuditActionTest, ServiceMetricTest and SettingBoundsTest compare them in each build.
tables: ## write the tables of docs/metrics.md, docs/database.md, docs/settings.md and docs/migrating.md that come from the code
	@$(MAVEN) $(QUIET) test -Dtest='AuditActionTest,RowRefusalTest,ServiceMetricTest,SettingBoundsTest' -Dunderstudy.write=true

format: ## format the Java sources
	@$(MAVEN) $(QUIET) spotless:apply

check: ## run only the gates: format, compiler checks, architecture
	@$(MAVEN) $(COUNTED) spotless:check test -Dtest=ArchitectureTest

compile: ## compile everything: the service, its tests, the demonstration, the benchmarks
	@$(MAVEN) $(QUIET) test-compile

warnings: ## list the compiler's warnings in all files; the build stops at the first file that has one
	@rm -rf target/classes target/test-classes
	@$(MAVEN) $(QUIET) -Dwarnings.flag=-g test-compile; rm -rf target/classes target/test-classes

clean: ## delete all build output
	@$(MAVEN) $(QUIET) clean
