-- After how many seconds without activity a person's sessions on computers of their own end; 0: as late as the site lets them.
ALTER TABLE people ADD COLUMN idle INTEGER NOT NULL DEFAULT 0;
