"""The words that documents have for tables, columns, types, NULL and defaults, in the languages met in the field."""

from __future__ import annotations

import re

from pgconform.support.patterns import deferred


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split("|"))


COLUMN = _words(
    "column|columns|column name|field|fields|field name|attribute|campo|campos|columna|columnas"
    "|nombre de columna|coluna"
    "|colunas|nome da coluna|spalte|spalten|feld|spaltenname|champ|champs|colonne|colonnes|colonna|字段|字段名|列|列名"
    "|列名称|カラム|カラム名|フィールド|поле|столбец|колонка|kolumna|pole|필드|컬럼|컬럼명|alan|sütun|kolom|veld"
)
OF_COLUMNS = _words(
    "column|columns|column name|columna|columnas|nombre de columna|coluna|colunas|nome da coluna|spalte|spalten"
    "|spaltenname|colonne|colonnes|colonna|字段|字段名|列|列名|列名称|カラム|カラム名|столбец|колонка|kolumna|컬럼|컬럼명"
    "|sütun|kolom"
)
NAME = _words("name|nombre|nome|nom|名称|名前|имя|nazwa|이름|ad|naam")
TYPE = _words(
    "type|data type|datatype|sql type|postgres type|db type|tipo|tipo de dato|tipo de datos|tipo de dado|typ|datentyp"
    "|type de données|类型|数据类型|型|データ型|тип|тип данных|typ danych|타입|자료형|tür|tip"
)
NULLABLE = _words(
    "null|null?|nullable|nullable?|allow null|allows null|nulo|nulos|admite nulos|nulável|permite nulo|erlaubt null"
    "|可空|可为空|允许空|允许为空|null許可|널 허용"
)
NOT_NULL = _words("not null|not null?|no nulo|não nulo|非空|nicht null")
DEFAULT = _words(
    "default|default value|defaults|valor por defecto|por defecto|predeterminado|valor predeterminado|padrão"
    "|valor padrão|standard|standardwert|vorgabe|défaut|par défaut|valeur par défaut|默认|默认值|デフォルト|既定値"
    "|по умолчанию|domyślna|domyślnie|기본값|varsayılan"
)
CONSTRAINT = _words(
    "constraint|constraints|key|keys|attributes|modifiers|restricción|restricciones|restrição|restrições"
    "|einschränkung|einschränkungen|contrainte|contraintes|约束|制約|ограничения|ograniczenia|제약조건|kısıtlamalar"
)
VALUES = _words("values|allowed values|possible values|enum values|valores|werte|valeurs|取值|可选值|値")
DESCRIPTION = _words(
    "description|notes|note|comment|comments|details|purpose|meaning|remarks|descripción|descrição|beschreibung|notas"
    "|description / notes|说明|描述|备注|注释|説明|備考|описание|opis|설명|비고|açıklama"
)
TABLE = _words(
    "table|tables|table name|view|views|table/view|tabla|tablas|tabela|tabelas|nome da tabela|nombre de tabla|tabelle"
    "|tabellen|tabellenname|nom de table|表|表名|数据表|テーブル|テーブル名|таблица|таблицы|tablo|테이블|테이블명|tabel"
)

OF_DATABASE = deferred(
    r"(?<![a-z])(database|schema|tables?|postgres(?:ql)?|supabase|sql|erd?|entity.relationship"
    r"|data ?model|data dictionary"
    r"|base de dato?s|esquema|tablas?|banco de dados|tabelas?|datenbank|tabellen?|base de données|modelo de datos)"
    r"(?![a-z])|数据库|数据表|表结构|データベース|テーブル|база данных|таблиц|데이터베이스|테이블",
    re.IGNORECASE,
)
OF_TABLES = deferred(
    r"(?<![a-z])(tables|views|tablas|tabelas|tabellen)(?![a-z])|数据表|数据库表|テーブル|таблицы|테이블",
    re.IGNORECASE,
)
OF_OTHERS = deferred(
    r"\b(endpoints?|requests?|responses?|payloads?|apis?|params?|parameters?|body|query string|props|json|dtos?|events?"
    r"|webhooks?|config(?:uration)?|settings|env(?:ironment)?|variables|forms?|components?|commands?|flags?|options"
    r"|clickhouse|sqlite|mysql|mongo(?:db)?|redis|dynamodb|bigquery|snowflake|elasticsearch|graphql|localstorage"
    r"|indexeddb|duckdb|neo4j|firestore|csv|excel|sheets?|state|store|hooks?|types?script|get|post|put|patch|delete"
    r"|parámetros|respuesta|solicitud|parâmetros|resposta|requisição|anfrage|antwort|参数|请求|响应|接口|返回)\b",
    re.IGNORECASE,
)
OF_PAST = deferred(
    r"(?<![a-z])(dropp?ed|removed?|deprecated|legacy|obsolete|no longer|retired|deleted|replaced"
    r"|renam(?:e[ds]?|ing)|formerly|former|not (?:declared|persisted|stored|created|implemented)"
    r"|tidak (?:ada|dideklarasikan)"
    r"|previous(?:ly)?|old|was|were|used to|before|gone|unused|planned|proposed|proposal|future|upcoming"
    r"|coming soon|todo|to do|tbd|wip|not yet|will be|would|should be|could|deferred|roadmap|migrat\w+|changelog"
    r"|history|breaking|example|examples|e\.g\.|sample|template|hypothetical|imaginary|instead of|rather than"
    r"|does not exist|doesn't exist|there is no|there's no|no such|not a table|missing|avoid|never"
    r"|wrong|bad|do not|don't"
    r"|eliminad[oa]s?|obsolet[oa]s?|antigu[oa]s?|ejemplos?|removid[oa]s?|exemplos?|evite|evitar|legado|futuro"
    r"|gelöscht|entfernt|veraltet|beispiele?|geplant|supprimée?s?|obsolètes?|exemples?|prévu)(?![a-z])"
    r"|❌|✗|🚫|没有|曾|历史|原有|原来|以前|删除|废弃|弃用|已移除|旧|计划|示例|例如|替代|迁移|不存在|不再|削除|廃止|旧|例|удал|устар|пример|삭제|예시",
    re.IGNORECASE,
)
YES = _words("yes|y|true|✓|✔|✅|x|sí|si|sim|ja|oui|是|可|可空|o|○|да|tak|예|evet|null|nullable|optional")
NO = _words("no|n|false|✗|✘|❌|não|nao|nein|non|否|不可|非空|×|нет|nie|아니오|hayır|not null")
EMPTY = _words("|-|–|—|none|n/a|na|/|无|なし|null|nil|no|not set|no default")
PLANNING = deferred(
    r"\b(designs?|blueprint|plan|plans|planning|proposals?|rfc|adr|draft|roadmap|migration|upgrade|changelog|handover|post-?mortem"
    r"|prd|spike|brainstorm\w*|diseño|propuesta|projeto|proposta|entwurf|vorschlag|conception|meeting|retrospective"
    r"|implementation|refactor\w*|audit|report|tutorial)\b|设计|方案|计划|规划|提案|草案|重构|报告|設計書|計画|дизайн|план",
    re.IGNORECASE,
)
DATED = deferred(
    r"(?:^|[\s>*|_])(?:date|created|日期|时间|fecha|datum|дата)\**\s*[:：|]\**\s*\W*(?:19|20)\d\d", re.IGNORECASE
)
MAKING = deferred(
    r"\b(creat\w+|add(?:s|ed|ing)?|introduc\w+|new|migrat\w+|alter\w*|split\w*|mov(?:e|es|ed|ing)|consolidat\w+ from"
    r"|crear|añadir|criar|adicionar|anlegen|créer)\b|新建|新增|创建|添加|拆分|修改|迁移|追加|作成",
    re.IGNORECASE,
)

SECURED = deferred(r"\bRLS\b|\brow[- ]level[- ]security\b", re.IGNORECASE)
SECURITY = _words(
    "rls|rls?|rls enabled|rls enabled?|rls status|row level security|row-level security|rls 状态|rls状态|rls aktiv"
    "|rls activé|rls activo|rls habilitado"
)
POLICY = _words(
    "policy|policies|policy name|policyname|política|politique|richtlinie|策略|策略名|策略名称|ポリシー|정책"
)
COMMAND = _words("command|cmd|operation|operations|action|for|operación|opération|operation type|操作|命令|작업")
ROLES = _words("role|roles|to|applies to|rol|rolle|rôle|角色|역할")
EXPRESSION = _words("expression|condition|definition|rule|expresión|condición|表达式|条件")
USING = _words("using|using expression|qual")
WITH_CHECK = _words("with check|check|check expression|with check expression")
ON = _words("enabled|on|yes|active|true|habilitado|activo|activé|aktiv|sí|sim|是|启用|已启用|开启|활성|有効")
OFF = _words(
    "disabled|off|no|inactive|false|deshabilitado|inactivo|désactivé|inaktiv|não|否|未启用|禁用|关闭|비활성|無効"
)
OF_RULES = deferred(
    r"(?<![a-z])(check\s?lists?|best practices?|requirements?|rules?|guidelines?|principles?|standards?|conventions?"
    r"|goals?|how to|setup|set up|install\w*|deploy\w*|getting started|verif\w*|test\w*|troubleshoot\w*|tips|steps?"
    r"|must|should|next|metrics?|success|targets?|objectives?|recommend\w*|production|audit|review)(?![a-z])",
    re.IGNORECASE,
)
