-- Which of the colours a label has, so that it is found at a glance.
ALTER TABLE labels ADD COLUMN colour INTEGER NOT NULL DEFAULT 0;    -- 1 to 12; 0: it has none
