-- Which of these logs, in their order, is the first that a search finds; a row in all.
SELECT min(place)
FROM (
  SELECT row_number() OVER () AS place, message, fields ->> '$.error' AS error
  FROM (
$rows
  ) AS answer
)
WHERE says(message, error, $until_match)
