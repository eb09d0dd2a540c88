{{/* What a selector names. It can never change: Kubernetes refuses it. */}}
{{- define "service.selector" -}}
app: {{ .Values.name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: {{ .Values.name }}
{{- end }}

{{- define "service.labels" -}}
{{ include "service.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Values.image.tag | trunc 63 | trimSuffix "." | trimSuffix "-" | trimSuffix "_" | quote }}
{{- end }}

{{- define "service.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* The fewest pods that the service keeps: what decides whether one may be taken away. */}}
{{- define "service.leastReplicas" -}}
{{ if .Values.autoscaling.enabled }}{{ .Values.autoscaling.minReplicas }}{{ else }}{{ .Values.replicas }}{{ end }}
{{- end }}

{{/* A probe of a path: (list . path) */}}
{{- define "service.probe" -}}
{{- $health := (index . 0).Values.health -}}
httpGet:
  path: {{ index . 1 | quote }}
  port: http
periodSeconds: {{ $health.periodSeconds }}
timeoutSeconds: {{ $health.timeoutSeconds }}
{{- end }}
