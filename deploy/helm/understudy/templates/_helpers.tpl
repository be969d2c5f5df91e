{{- /* The release's name, with the chart's where it is not in it. */ -}}
{{- define "understudy.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* What selects the pods; never changes within a release. */ -}}
{{- define "understudy.selector" -}}
app.kubernetes.io/component: service
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: understudy
app.kubernetes.io/part-of: understudy
{{- end -}}

{{- define "understudy.labels" -}}
{{ include "understudy.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "understudy.image" -}}
{{- $tag := .Values.image.tag | default (eq .Values.edition "jvm" | ternary (printf "%s-jvm" .Chart.AppVersion) .Chart.AppVersion) -}}
{{- printf "%s:%s" .Values.image.repository $tag -}}
{{- end -}}

{{- /* What each edition was measured with: docs/operations.md. */ -}}
{{- define "understudy.resources" -}}
{{- if .Values.resources -}}
{{- toYaml .Values.resources -}}
{{- else -}}
{{- $memory := eq .Values.edition "jvm" | ternary "1536Mi" "1024Mi" -}}
limits:
  cpu: "2"
  ephemeral-storage: 3Gi
  memory: {{ $memory }}
requests:
  cpu: "2"
  ephemeral-storage: 2Gi
  memory: {{ $memory }}
{{- end -}}
{{- end -}}

{{- define "understudy.settings" -}}
{{- $own := dict
  "DATABASE_URL" .Values.database.url
  "UNDERSTUDY_JOURNAL_DRAIN_TIMEOUT" "20s"
  "UNDERSTUDY_JOURNAL_MAX_SIZE" "1G"
  "UNDERSTUDY_MANAGEMENT_PORT" "9000"
  "UNDERSTUDY_TREATMENT_MAX_MEMORY" .Values.treatmentMaxMemory -}}
{{- if .Values.tokens.existingSecret -}}
{{- $_ := set $own "UNDERSTUDY_TOKENS_FILE" "/tokens/tokens" -}}
{{- end -}}
{{- range $name, $value := merge (dict) .Values.settings $own }}
{{ $name }}: {{ $value | toString | quote }}
{{- end -}}
{{- end -}}
