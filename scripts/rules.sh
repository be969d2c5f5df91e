#!/bin/sh
# Derives deploy/monitoring/prometheusrule.yaml, for the Prometheus Operator, from rules.yaml, for Prometheus itself.
set -eu
cd "$(CDPATH= cd -- "$(dirname -- "$0")/../deploy/monitoring" && pwd)"
{
    cat <<'END'
# Derived from rules.yaml by "make rules"; do not edit.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: understudy
  labels:
    app.kubernetes.io/name: understudy
    app.kubernetes.io/part-of: understudy
    app.kubernetes.io/component: monitoring
spec:
END
    sed -n '/^groups:/,$p' rules.yaml | sed 's/^\(.\)/  \1/'
} > prometheusrule.yaml
