"""The figures of referrals, counted when they are asked for: joins, and a walk down the tree."""

FRIENDS_OF_FRIENDS = """
    WITH RECURSIVE down(link_id, generation) AS (
        SELECT :link, 0
        UNION ALL
        SELECT links.id, down.generation + 1
        FROM down
        JOIN referrals ON referrals.link_id = down.link_id
        JOIN referral_links links ON links.campaign_id = referrals.campaign_id
            AND links.supporter_id = referrals.supporter_id
        JOIN signatures ON signatures.campaign_id = referrals.campaign_id
            AND signatures.supporter_id = referrals.supporter_id AND signatures.status = 'live'
        WHERE down.generation < 64
    )
    SELECT generation, count(*) FROM down WHERE generation > 0 GROUP BY generation"""
FUNNEL = """
    SELECT
        (SELECT count(*) FROM referral_opens JOIN referral_links ON id = link_id
            WHERE campaign_id = :campaign),
        (SELECT count(*) FROM referrals WHERE campaign_id = :campaign AND started_at IS NOT NULL),
        (SELECT count(*) FROM referrals
            JOIN signatures USING (campaign_id, supporter_id)
            WHERE campaign_id = :campaign AND status = 'live' AND credited_at IS NOT NULL),
        (SELECT count(*) FROM referral_links
            JOIN signatures USING (campaign_id, supporter_id)
            WHERE campaign_id = :campaign AND shared_at IS NOT NULL AND status = 'live'),
        (SELECT count(*) FROM referrals
            JOIN referral_links ON referral_links.id = link_id AND kind = 'person'
            WHERE referrals.campaign_id = :campaign AND credited_at IS NOT NULL),
        (SELECT count(*) FROM signatures WHERE campaign_id = :campaign AND status = 'live')"""
WEEKS = """
    SELECT week, sum(signed), sum(brought) FROM (
        SELECT date(signed_at, '-6 days', 'weekday 1') AS week, 1 AS signed, 0 AS brought
        FROM signatures WHERE campaign_id = :campaign AND status = 'live'
        UNION ALL
        SELECT date(owners.signed_at, '-6 days', 'weekday 1'), 0, 1
        FROM referrals
        JOIN referral_links ON referral_links.id = link_id
        JOIN signatures owners ON owners.campaign_id = referrals.campaign_id
            AND owners.supporter_id = referral_links.supporter_id
        WHERE referrals.campaign_id = :campaign AND credited_at IS NOT NULL
    ) GROUP BY week ORDER BY week DESC LIMIT 8"""
SOURCES = """
    SELECT name, count(credited_at) AS brought FROM referral_links
    LEFT JOIN referrals ON referrals.link_id = referral_links.id
    WHERE referral_links.campaign_id = :campaign AND kind = 'source'
    GROUP BY referral_links.id ORDER BY brought DESC LIMIT 50"""
LEADERS = """
    SELECT first_name, count(*) AS brought FROM referral_links
    JOIN supporters ON supporters.id = referral_links.supporter_id
    JOIN referrals ON referrals.link_id = referral_links.id AND credited_at IS NOT NULL
    WHERE referral_links.campaign_id = :campaign AND listed
    GROUP BY referral_links.id ORDER BY brought DESC LIMIT 10"""
DUE = """
    SELECT referral_links.id, thanked, count(*) AS brought FROM referral_links
    JOIN supporters ON supporters.id = referral_links.supporter_id AND reachable
    JOIN referrals ON referrals.link_id = referral_links.id AND credited_at IS NOT NULL
    WHERE thanks AND (thanked_at IS NULL OR thanked_at <= :hour_ago)
    GROUP BY referral_links.id HAVING brought > thanked LIMIT 100"""
